"""The invented companies and indices of each sample market: data only. None of them is a real listed company."""

from dataclasses import dataclass

from craveny_assets.sources.sample.wording import Wording
from craveny_assets.sources.sample.words_krx import KRX
from craveny_assets.sources.sample.words_us import US


@dataclass(frozen=True)
class Company:
    """An invented stock; `start_price` in the market's currency, `aliases` are spellings that mean no other."""

    symbol: str
    name: str
    name_en: str | None
    sector: str
    start_price: float
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Universe:
    """One sample market: its index, stocks and words; prices below `ticks[i][0]` move in steps of `ticks[i][1]`.

    A stock dearer than `split_five_above` splits 5:1, any other 2:1.
    """

    index_symbol: str
    index_name: str
    index_name_en: str | None
    companies: tuple[Company, ...]
    wording: Wording
    decimals: int
    ticks: tuple[tuple[float, float], ...]
    split_five_above: float


_INFINITE = float("inf")

UNIVERSES = {
    "krx": Universe(
        index_symbol="KSAMPLE",
        index_name="표본 지수",
        index_name_en="Korea Sample Index",
        companies=(
            Company("990010", "한빛", "Hanbit", "지주", 54_000, ("한빛지주",)),
            Company(
                "990020", "한빛에너지솔루션", "Hanbit Energy Solution", "이차전지", 312_000, ("한빛에솔", "큰별전지")
            ),
            Company("990030", "가온누리전자", "Gaonnuri Electronics", "전자", 71_200, ("가온누리",)),
            Company("990040", "새솔반도체", "Saesol Semiconductor", "반도체", 184_500, ("다솜칩스",)),
            Company("990050", "도담바이오", "Dodam Bio", "바이오", 96_300),
            Company("990060", "너울해운", "Neoul Shipping", "해운", 21_450, ("너울상선",)),
            Company("990070", "마루벌건설", "Marubeol Construction", "건설", 38_700, ("마루벌",)),
            Company("990080", "여울게임즈", "Yeoul Games", "게임", 143_000),
            Company("990090", "온새미식품", "Onsaemi Foods", "식품", 268_000, ("온새미",)),
            Company("990100", "해오름모빌리티", "Haeoreum Mobility", "자동차", 87_400, ("해오름차",)),
        ),
        wording=KRX,
        decimals=0,
        ticks=(
            (2_000, 1),
            (5_000, 5),
            (20_000, 10),
            (50_000, 50),
            (200_000, 100),
            (500_000, 500),
            (_INFINITE, 1_000),
        ),
        split_five_above=300_000,
    ),
    "us": Universe(
        index_symbol="USSAMPLE",
        index_name="US Sample Index",
        index_name_en=None,
        companies=(
            Company("CLDZ", "Calder", None, "Conglomerates", 61.40, ("Calder Inc.",)),
            Company("CRBZ", "Calder Robotics", None, "Industrials", 128.75, ("Foundry Nine Automation",)),
            Company("BRMZ", "Brightmoor Energy", None, "Energy", 44.10, ("Brightmoor",)),
            Company("HRBZ", "Halcyon Ridge Bancorp", None, "Financials", 72.30, ("Halcyon Ridge",)),
            Company("LKTZ", "Larkspur Therapeutics", None, "Health Care", 33.85),
            Company("NFLZ", "Northfell Logistics", None, "Transportation", 95.20, ("Northfell",)),
            Company("QSCZ", "Quillon Semiconductor", None, "Technology", 241.60, ("Quillon",)),
            Company("TMFZ", "Tamarwick Foods", None, "Consumer Staples", 57.95, ("Tamarwick",)),
            Company("VRNZ", "Verrano Software", None, "Technology", 310.00, ("Paperkite Systems",)),
            Company("WXMZ", "Wexcombe Materials", None, "Materials", 26.70, ("Wexcombe",)),
        ),
        wording=US,
        decimals=2,
        ticks=((_INFINITE, 0.01),),
        split_five_above=300.0,
    ),
}

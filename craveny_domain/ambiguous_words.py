"""Reviewed word lists behind the matching of names: data only, read by the modules of contexts and by `matching`.

Lower case throughout. A word belongs here because of what it means in the language, never because one text was misread.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


COMMON_WORDS = _phrases("""
ally, alphabet, amazon, apple, ball, best buy, block, camping world, carnival, carter's, caterpillar, chase, chevron,
chewy, citizens, coke, compass, crocs, crown, delta, discover, dish, dover, eagle, elf, exponent, express, first solar,
five below, ford, fox, frontier, gap, guess, home depot, host, hyatt, independence, intel, interface, key, lear,
leggett, limited, magna, marathon, match, match group, matson, meta, mosaic, news, nordson, nov, onto, oracle, pool,
progressive, public storage, regions, sage, shake shack, shell, shift, snap, sonic, southern, southern company,
southwest, spirit, sprint, square, stanley, stride, target, team, the trade desk, timken, toast, trade desk, trip,
under armour, union pacific, unity, universal, upstart, visa, vital farms, vulcan, wave, williams, workday, zoom
""")
"""English names of listed companies that are dictionary words, places, surnames or phrases of such words."""

COMMON_WORDS_KOREAN = _words("""
기아 대상 동서 신세계 카카오 삼바 남성 선진 상보 국보 우수 화성 하나 우리 미래 세종 조선 대교 영원 태양 진도 백산 대동
무학 나무 인지 시공 수산 동방 제일 유니온 이화 화신 대신 서한 오리온 리드 비트 메타 진성 동양 전방 한창 사조 신원 덕성
미원 유성 소리 대원 국제 해성 대한 한국 경인 방림 진흥 성안 조이 배럴 레이 자연과환경 애플 아마존 모나리자 손오공 지구
우진 대륙 동성 세기 신화 신라 백제 고려 가야 삼성 현대 유진 선창 한일 남해 동아 서울
""")
"""Korean names that are nouns, adverbs, places or foodstuffs as well."""

MODIFIERS_KOREAN = _words(
    "대상 남성 선진 우수 하나 우리 미래 시공 수산 제일 대신 영원 인지 국제 대한 한국 전방 지구 세기 성안 현대"
)
"""Of these, the ones that stand before any other noun: they are a company at the beginning of a clause only."""

COMMON_TICKERS = _words("""
all any are art bank beat best big bill bold cake can car care cars cash cat chat chef city coke cool cost cube dare
dash dave deck dish dog door eat edit ever eye fast fat five flex flow fold fork fox free fun gap get good grow has
hear heat high hims home hope host hub ice ink join joy key kind land lazy life line live loan loco love low main man
mark max moon move muse must net new next nice now nuts old one open our out owl pay pets pins plan play plus pool
post pro pump race rail real ride road root run safe save see sky slim snap sofi spin spot star stem sun tap team tell
tree true two use vet wave well who wit wolf wood work you ago aid ap api atm ceo cfo cia cio cpa cpi coo cto ddr dna
doj esg etf eps faq fbi fda fed ftc gdp gps gpu hbm hiv ipo irs isp led lng mba mlb mri mvp nasa nba nfl nhl nyc opec
pce pdf pmi ppi rsi sec spa tba uae uk usa usd vip ytd yoy
""")
"""Tickers of three and more letters that are words, or acronyms of something everybody writes about."""

LEGAL_FORMS = _words("inc corp co plc ltd llc lp ag nv sa se corporation company incorporated holdings")

FORENAMES = _words("""
aaron adam alan albert alex alice amy andrew angela ann anna anne anthony barbara ben benjamin betty bill bob boris
brad brian bruce carl carol charles chris christina christine colin craig dan daniel dave david dean deborah dennis
diana diane donald donna doug dylan ed edward elizabeth ellen emily emma eric evan eugene faith fiona frank fred gary
george gerald gina glenn grace grant greg hannah harrison harry heather helen henry howard ian jack jacob james jane
janet jason jay jean jeff jennifer jeremy jerry jessica jill jim jimmy joan joe john jon jonathan jordan joseph joshua
joyce juan judy julia julie justin karen kate katherine kathy keith kelly ken kenneth kevin kim kyle larry laura
lauren lee leo leon lewis linda lisa louis lucy luke margaret maria marie martha martin mary matt matthew megan
melissa michael michelle mike mitchell nancy natalie nathan neil nick nicole nikola noah olivia oscar pamela patricia
patrick paul peter phil philip rachel ralph randy ray rebecca richard rick rob robert robin rodney roger ron ronald
rose roy russell ruth ryan sam samantha samuel sandra sara sarah scott sean sharon simon sophia stephanie stephen
steve steven stuart susan ted teresa theresa thomas tim timothy tina todd tom tony tracy travis tyler vera victor
victoria vincent virginia walter wayne wendy william zach zoe captain coach congressman detective dr governor judge
justice justices lord mayor mr mrs ms president prince princess professor queen rep rev sen senator sir
""")
"""First names and titles: what follows is a surname."""

OTHER_SENSES = {
    "apple": _words(
        "pie pies harvest grower growers orchard orchards cider juice tree trees sauce farmers crop picking"
    ),
    "amazon": _words("rainforest basin river tribe tribes jungle forest deforestation fires indigenous reserve"),
    "delta": _words("variant river blues wave wing force farmers region state cases"),
    "southwest": _words(
        "drought region monsoon france england china border heat storms desert cities states residents farmers"
    ),
    "target": _words("practice range rate price date missile shooting inflation zone language audience"),
    "visa": _words(
        "delay delays rules application applications applicants backlog lottery holders holder waiver ban fees fee "
        "student work program programs permit immigration overstay schengen h-1b extension travelers restrictions"
    ),
    "shell": _words("companies company corporation casing artillery game shock tortoise turtle egg script beach fire"),
    "gap": _words("year years pay gender trade wage funding wealth skills widens narrows between"),
    "ford": _words("clinic theatre theater library museum presidency administration pardon"),
    "snap": _words("election elections poll judgment decision frozen benefits cold recipients"),
    "block": _words("party parties bill vote heater chain engine apartment"),
    "square": _words("foot feet mile miles metre meter root ball dance garden protest anniversary"),
    "oracle": _words("delphi bones ancient prophecy"),
    "intel": _words("chiefs agency agencies report officials committee briefing officer community leak spy"),
    "meta": _words("analysis game shift gaming study description"),
    "coke": _words("bust addict dealer oven ovens coking smuggling prices fuel"),
    "caterpillar": _words("butterfly butterflies hungry moth monarch larvae species infestation"),
    "alphabet": _words("cyrillic soup children letters songs phonetic latin sign"),
    "match": _words("tennis chess football cricket referee draw point score final"),
    "match group": _words("stage"),
    "best buy": _words("bonds bond date"),
    "chase": _words("police speed car suspect"),
    "chevron": _words("pattern stripes knit doctrine deference"),
    "best": _words("practice"),
    "carnival": _words("parade samba rio costume float"),
    "discover": _words("scientists researchers archaeologists"),
    "progressive": _words("party democrats caucus lawmakers lenses left"),
    "기아": _words("굶주림 기근 난민 빈곤 아동 내전 구호 식량 사태 인구 유엔 영양실조 가뭄 아프리카 유니세프 기아선상"),
    "카카오": _words("콩 선물 농가 초콜릿 초콜릿값 다크초콜릿 원두 작황 열매 코코아 버터 함량 재배 가나 코트디부아르"),
    "신세계": _words("영화 교향곡 드보르작 펼쳐진 펼쳐지다 여는 열린 교향악단 소설 탐험"),
    "대상": _words("시상식 수상 연기대상 가요대상 수상자 트로피 지원 모집 교육"),
    "동서": _words("화합 갈등 냉전 횡단 고속도로 철도 문명 양진영 남북 의학 고금 통독"),
    "삼바": _words("축제 춤 브라질 리우 카니발 음악 댄스 군단"),
}
"""What stands beside the word in its common meaning: a text that has one of these is not about the company, unless the
name itself is sure."""

PLACES = _words("amazon delta southwest")
AT_PLACES = _words("in across along near through throughout around down up")
"""After such a word a place is a place."""

COMPANY_NOUNS = _words("""
shares share stock earnings profit profits revenue revenues sales dividend dividends buyback results guidance outlook
forecast bonds bond debt investors investor shareholders shareholder board ceo cfo chief executive executives chairman
founder boss president management workers employees staff union factory factories plant plants stores store shoppers
customers users subscribers subscriber deliveries margins margin valuation stake takeover merger acquisition ipo
subsidiary unit division headquarters layoffs contract suppliers supplier analyst analysts options calls puts price
capex cloud ads rating upgrade downgrade app device devices lawsuit antitrust rival rivals
""")
"""What a company has: beside a name it tells the company from the word."""

TICKER_NOUNS = _words("shares stock earnings dividend eps options calls puts profit profits ceo cfo")
"""What stands beside a company and hardly ever beside the acronym or the lower-case word of the same spelling."""

TRADED = _words("buy sell buys sells short long upgrades downgrades cuts lifts raises initiates")
"""What is done to a share: a bare ticker follows."""

MARKET_WORDS = _words("""
shares stock stocks earnings profit profits revenue revenues dividend dividends buyback buybacks quarter quarterly eps
guidance investors investor shareholders analyst analysts upgrade upgrades upgraded downgrade downgrades downgraded
ipo takeover merger acquisition acquires nasdaq s&p dow premarket after-hours movers capex margins valuation ceo cfo
sales forecast bullish bearish rally rallies estimates outlook outperform underperform stake rating target volumes
pricing roundup retailer chipmaker automaker lender airline airlines jets tariff tariffs antitrust
""")
"""What a text about listed companies has somewhere."""

COMPANY_VERBS = _words("""
clashes vies partners meets spars cooperates accelerates acquires adds adjusts admits agrees aims alters announces
appeals appoints approves asks assigns backs bans beats begins bets blames boosts borrows brings builds buys cancels
changes closes completes confirms considers continues creates cuts debuts declares declines defends delays delivers
denies designs develops discontinues discusses doubles drops earns eliminates ends enters estimates exceeds exits
expands expects explores extends faces falls files finalises finalizes fires forecasts freezes gains generates gets
gives goes grows guides halts hikes hires hits holds idles increases integrates introduces invests issues joins jumps
keeps launches lays leads leaps lifts limits lists loses lowers maintains makes merges misses names narrows negotiates
nears offers opens opposes orders outlines outperforms overhauls overtakes owes pauses pays phases plans plunges
poaches posts prepares presses prices pledges pulls pursues promises promotes proposes protests provides purchases
pushes raises rallies ramps reaches reaffirms recalls records recovers reduces refinances refreshes rejects relaunches
releases removes reopens replaces reports resolves restarts restates restructures resumes retires reveals reverses
revises rises rolls scales scraps secures seeks sees sells sends settles shelves shifts ships shuts shrinks signs
slashes slides slips slumps snaps soars spends splits starts steps stops strikes struggles sues surges surpasses
suspends swings taps teams tells tests tightens topples tops touts trades trails trims triples tumbles unveils updates
upgrades urges uses wants warns weighs wins withdraws woos yields
""") | _words("has says")
"""What companies do, third person; the plural is formed from it."""

PASSIVES = _words("""
said seen sold accused acquired added approved asked awarded banned barred beaten bought charged cleared cut
downgraded downgrade expected fined forced hacked halted hit initiated investigated lifted lowered named ordered
poised probed raised rated sanctioned seeks set sued tapped told tops upgraded upgrade urged valued down up falls
rises near closes among
""")
"""What is done to companies; also how a ticker's move is told."""

LEADS = _words("""
a about adobe after against ahead all although amid an analyst analysts and are as at banks because before beyond big
biggest breaking but buy buying by call can ceo chip chipmaker could cutting despite did do does even ex exclusive for
forget former from giant giants had has have here's how hold if in inside insiders into investors is its just like
lender long longtime meet more most news no not of on once only or over owning rating regulators report reports
retailer retailers rival sell selling shares short should since some stock stocks tech that these this those though
through to traders under until update upgrade versus vs wall was watch watching were what what's when where which
while who whose why will with without would
""")
"""Words a sentence may open with right before a company's name; another capital there makes it a longer name."""

OTHER_ENTITIES = _words("""
foundation hospitality apparel museum university institute stadium arena county beach island islands river valley
street avenue basin theatre theater clinic library records studios consolidated reit force center centre
""")
"""A name directly followed by one of these is another body's."""

SECTORS = {
    "air": _words(
        "flight flights passengers passenger pilot pilots jet jets airport airports fares route routes seats"
    ),
    "airlines": _words("flight flights passengers passenger pilot pilots jet jets airport airports fares route routes"),
    "motor": _words("truck trucks pickup pickups suv suvs ev evs vehicle vehicles car cars dealers dealer plant"),
    "motors": _words("truck trucks pickup pickups suv suvs ev evs vehicle vehicles car cars dealers dealer plant"),
    "financial": _words("branches deposits loans lending mortgage"),
    "bank": _words("branches deposits loans lending mortgage"),
    "platforms": _words("users ads feed app apps"),
    "aerospace": _words("engine engines jet jets"),
    "oil": _words("refinery rig rigs barrels drilling crude"),
    "pharmaceuticals": _words("drug drugs vaccine pill trial"),
    "semiconductor": _words("chip chips wafer wafers fab fabs"),
}
"""Words of a trade, for stocks one of whose names tells it."""

TEAMS_KOREAN = _words("""
야구 농구 배구 축구 투수 타자 포수 감독 e스포츠 이글스 트윈스 위즈 타이거즈 베어스 라이온즈 랜더스 와이번스 히어로즈
다이노스 자이언츠 세이커스 소닉붐 나이츠 프로미 피버스 썬더스 블루윙즈 블루팡스 점보스 알토스 빅스톰 핑크스파이더스
스카이워커스 스타즈 블루밍스 에스버드 모터스FC 농구단 배구단 야구단 축구단 구단 프로배구
""")
"""A company's name before one of these is its sports team's."""

AFFILIATES_KOREAN = _words("""
enm cgv 25 4dplex cns cs ds 엠모바일 클라우드 에스테이트 상사 가스 리츠 디스커버리 브로드밴드 렌터카 엔무브 지오센트릭
알파 샛 대한통운 올리브영 프레시웨이 푸드빌 온 증권 투자증권 생명 생명보험 화재 손해보험 손보 카드 캐피탈 은행
저축은행 자산운용 라이프 칼텍스 이노텍 디스플레이 헬로비전 시스템 솔루션 시스템즈 실트론 네트웍스 바이오팜
스카이라이프 엠트론 전선 이앤씨 케미칼 중공업 글로비스 제철 위아 해상 로템 오토에버 밥캣 로보틱스 인터내셔널 푸드
인터내셔날 라이브쇼핑 건설기계 모빌리티 게임즈 엔터테인먼트 헬스케어
""")
"""A group's short name before one of these is another member of the group, listed or not."""

STRONG_NOUNS_KOREAN = _words("""
주가 노조 노사 실적 영업이익 영업익 순이익 매출 배당 공시 목표가 목표주가 주식 주주 주총 자사주 유상증자 시총 지분
이사회 회장 부회장 대표 대표이사 사장 임원 임직원 신차 공장 본사 법인 신작 계열사 자회사 협력사 납품 경영진 영업손실
흑자 적자 어닝쇼크 실적발표 컨콜
""")
"""What a Korean text says of a company right after its name."""

MARKET_WORDS_KOREAN = _words("""
주가 강세 약세 급등 급락 상승 하락 신고가 신저가 상한가 하한가 실적 매출 영업이익 영업익 영업손실 순이익 흑자 적자
배당 공시 목표가 목표주가 자사주 지분 인수 합병 매각 상장 증시 코스피 코스닥 외국인 기관 순매수 순매도 증권가 노조
임금협상 임단협 공장 생산 증설 수주 수출 납품 신차 출시 점유율 판매 사업 면세점 플랫폼주 관련주 특징주 시총 투자 계약
공급 개발 가격인상 경영 이사회 주주 주총 대표 회장 신제품 계열분리 지주사 승계 지배구조 구조조정 희망퇴직 전기차
자동차 반도체 배터리 게임 화장품 식품 바이오 백화점 플랫폼 유통
""")

"""The words of the US sample news: data only. Every company, outlet and event is invented."""

from craveny_assets.sources.sample.wording import CopyStyle, Topic, Wording

_GOOD = (
    Topic(
        (1,),
        ("{a} profit jumps {n}%, beats expectations", "{a} posts strong quarter as earnings rise to ${m} million"),
        (
            "{a} said profit for quarter {q} rose {n}% to ${m} million, above expectations.",
            "Strong demand lifted earnings at {a} to ${m} million in quarter {q}, a clear improvement.",
        ),
    ),
    Topic(
        (1,),
        ("{a} wins ${m} million supply contract", "{a} lands record order worth ${m} million"),
        (
            "{a} said it won a long-term supply contract worth ${m} million.",
            "{a} beat {k} rivals to secure an order that will boost revenue by ${m} million.",
        ),
    ),
    Topic(
        (1,),
        ("{a} raises dividend {n}% and buys back shares", "{a} boosts payout to shareholders"),
        (
            "The board of {a} said it would raise the dividend by {n}% and buy back ${m} million of shares.",
            "{a} will increase its payout for the year, citing robust cash flow of ${m} million.",
        ),
    ),
    Topic(
        (1,),
        ("{a} unveils breakthrough, wins {k} patents", "{a} starts output of successful new product line"),
        (
            "{a} said a breakthrough in its laboratory improves efficiency by {n}%.",
            "Engineers at {a} won {k} patents for a successful new design.",
        ),
    ),
    Topic(
        (1,),
        ("Analysts upgrade {a}, target up {n}%", "{a} upgraded on solid growth"),
        (
            "Analysts at {k} houses upgraded {a} and raised their targets by {n}% on average.",
            "An upgrade of {a} cites solid growth and an optimistic outlook for demand.",
        ),
    ),
    Topic(
        (1,),
        ("{a} returns to profit after {k} quarters", "{a} turns profitable as costs fall"),
        (
            "{a} said it returned to profit in quarter {q}, helped by lower costs.",
            "A recovery at {a} gained pace with net income of ${m} million in quarter {q}.",
        ),
    ),
)
_BAD = (
    Topic(
        (-1,),
        ("{a} profit drops {n}%, misses expectations", "{a} posts weak quarter as earnings fall to ${m} million"),
        (
            "{a} said profit for quarter {q} fell {n}% to ${m} million, below expectations.",
            "Weak demand dragged earnings at {a} down to ${m} million in quarter {q}, a disappointing result.",
        ),
    ),
    Topic(
        (-1,),
        ("{a} recalls {k},000 units over defect", "Safety defect forces {a} into recall"),
        (
            "{a} said it would recall {k},000 units because of a defect.",
            "{a} halted shipments on safety concerns and booked a loss of ${m} million.",
        ),
    ),
    Topic(
        (-1,),
        ("{a} sued for ${m} million in damages", "{a} loses patent lawsuit"),
        (
            "{a} said a supplier filed a lawsuit seeking ${m} million in damages.",
            "A court loss leaves {a} at risk of paying ${m} million.",
        ),
    ),
    Topic(
        (-1,),
        ("Analysts downgrade {a}, target cut {n}%", "{a} downgraded on slowdown fears"),
        (
            "Analysts at {k} houses downgraded {a} and cut their targets by {n}% on average.",
            "A downgrade of {a} warns of a slowdown and worsening inventories.",
        ),
    ),
    Topic(
        (-1,),
        ("{a} plant shut for day {k}, output suffers", "Strike hits production at {a}"),
        (
            "{a} said an accident forced it to shut a plant and warned of delays.",
            "A strike at {a} entered day {k}, with losses of ${m} million so far.",
        ),
    ),
    Topic(
        (-1,),
        ("{a} loses ${m} million contract", "Big customer cancels order at {a}"),
        (
            "{a} said a customer terminated a contract worth ${m} million.",
            "A cut of {n}% in orders from its main customer raised fears of a loss at {a}.",
        ),
    ),
)
_PLAIN = (
    Topic(
        (0,),
        ("{a} sets date for annual meeting", "{a} annual meeting to vote on {k} items"),
        (
            "{a} said it would hold its annual meeting at headquarters next month.",
            "Holders of {a} will vote on {k} items, among them the election of directors.",
        ),
    ),
    Topic(
        (0,),
        ("{a} names {k} new directors", "{a} reorganizes its divisions"),
        (
            "{a} said {k} directors would change posts in a regular rotation.",
            "{a} will divide its business into {k} units from next quarter.",
        ),
    ),
    Topic(
        (0,),
        ("{a} to attend industry fair", "{a} schedules investor day"),
        (
            "{a} said it would bring {k} stands to an industry fair this week.",
            "{a} will meet {k} institutions at an investor day.",
        ),
    ),
    Topic(
        (0,),
        ("{a} considers moving its head office", "{a} leases {k} floors downtown"),
        (
            "{a} said it was studying a move of its head office.",
            "{a} filed a lease that runs for {k} years.",
        ),
    ),
)
_PAIRS = (
    Topic(
        (1, 1),
        ("{a} and {b} team up in ${m} million venture", "{a}, {b} expand successful partnership"),
        (
            "{a} and {b} said they would invest ${m} million in a joint venture.",
            "{a} expects its stronger partnership with {b} to boost sales by {n}%.",
        ),
    ),
    Topic(
        (1, -1),
        ("{a} wins ${m} million tender over {b}", "{a} gains share as {b} slips"),
        (
            "{a} said it won a tender worth ${m} million ahead of {b}.",
            "The market share of {a} grew {n}% at the expense of {b}.",
        ),
    ),
    Topic(
        (-1, -1),
        ("{a}, {b} fined ${m} million in price case", "{a} and {b} penalized for fixing prices"),
        (
            "{a} and {b} said they were fined ${m} million for fixing prices.",
            "A price case leaves {a} and {b} with a loss of ${m} million.",
        ),
    ),
    Topic(
        (-1, -1),
        ("{a} and {b} warn of weak exports", "Exports of {a}, {b} fall {n}%"),
        (
            "{a} and {b} said their exports were weak and down {n}%.",
            "Exports of {a} and {b} fell {n}%, raising fears of losses at both.",
        ),
    ),
    Topic(
        (0, 0),
        ("{a} and {b} hold investor days", "{a}, {b} file regular reports"),
        (
            "{a} and {b} said their investor days fall on the same date.",
            "{a} and {b} each filed a regular report with {k} items.",
        ),
    ),
)
_OTHERS = (
    Topic(
        (),
        ("Rain expected across the coast this weekend", "Winds of {n} mph on the way"),
        ("Forecasters see about {n} mm of rain in the north.", "Fog is likely on the roads in the morning."),
    ),
    Topic(
        (),
        ("Bond yields little changed before report", "Dollar holds in narrow range"),
        (
            "Traders await an economic report due on day {k} of the month.",
            "The currency moved {n} points in quiet dealing.",
        ),
    ),
    Topic(
        (),
        ("City marathon draws {m} runners", "Home team opens {k}-game series"),
        ("Organizers counted {m} entries for the race.", "Tickets for the {k} games are sold at the gate."),
    ),
    Topic(
        (),
        ("Street fair to run for {k} days", "Night trains get a new timetable"),
        ("The city will close some streets during the event.", "The new timetable applies from day {k} of next month."),
    ),
)

US = Wording(
    topics=_GOOD + _BAD + _PLAIN + _PAIRS + _OTHERS,
    stock_contexts=(
        "Details will be filed within {k} days.",
        "The company employs about {m} people at {k} sites.",
        "Observers said figures for the next quarter would tell more.",
        "The matter will be covered in the report for quarter {q}.",
        "An officer said the next date would be announced in {k} weeks.",
        "Other companies of the sector did not comment.",
        "The largest holder owns {n}% of the shares.",
        "A document of {k} pages is on the company's website.",
    ),
    other_contexts=(
        "More details follow on day {k}.",
        "Officials will publish further material soon.",
        "Questions go to the office in charge.",
        "There were {k} such cases in the same month last year.",
        "Of {m} residents asked, {n}% had heard of it before.",
        "Help desks open at {k} places downtown.",
        "Experts advise looking at several years of figures together.",
        "Pictures and a schedule will appear online in stages.",
    ),
    outlets=("Northgate Wire", "Harbor Ledger", "Meridian Courier", "Plains Dispatch"),
    copies=(
        CopyStyle("Update 1 - ", ("", ""), " More to follow."),
        CopyStyle("", (" said ", " announced "), ""),
        CopyStyle("Alert: ", ("", ""), ""),
        CopyStyle("", ("", ""), " Reporting by Northgate Wire."),
    ),
    rush=((0.0, 6.0, 0.05), (6.0, 9.5, 0.40), (9.5, 16.0, 0.38), (16.0, 24.0, 0.17)),
)

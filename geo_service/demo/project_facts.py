"""Thirty improvement projects: what, where, who pays, how far.

Sjælør Station (DSB, 7 million kr.) and its lighting (Teknik- og Miljøforvaltningen, 1 million
kr.) are from the source; every other project is made up, at a real place. Owners are given by
role. Days are counted from the demo's today.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from geo_service.demo.hotspots import NORREBRO, SJAELOR

TMF: Final = "Teknik- og Miljøforvaltningen"
DSB: Final = "DSB"
BANE: Final = "Banedanmark"
HOUSING: Final = "Boligorganisationen"
BUF: Final = "Børne- og Ungdomsforvaltningen"
RENEWAL: Final = "Områdefornyelsen"
MASTER_PLAN: Final = "Boligsocial helhedsplan"
ARCHITECTS: Final = "Arkitektfirma"

MADE_UP: Final = "opdigtet i demoen"
URBAN_DEVELOPMENT: Final = (
    "Beløb, ejer og sted: Hotspot Valby, metode 1.4 (byudvikling); status og datoer er opdigtede"
)


class ProjectFact(NamedTuple):
    """One project; `corners` are one point, a line of several, or a ring for an area."""

    code: str
    hotspot: str | None
    name: str
    kind: str
    status: str
    place: str
    aim: str
    owner: str
    partners: tuple[str, ...]
    funders: tuple[tuple[str, int], ...]  # kroner; together the baseline cost
    dearer_kr: int
    decided: int | None  # days before today
    baseline_end: int | None  # days after today
    late: int  # days
    shape: str  # point, line or area
    corners: tuple[tuple[int, int], ...]
    source: str = MADE_UP


YN, SJ = NORREBRO, SJAELOR
# fmt: off
PROJECTS: Final = (
    ProjectFact("sj-01", SJ, "Sjælør Station: forskønnelse", "station", "granted",
        "Sjælør Station", "Stationen bliver mere indbydende, renere og lysere",
        DSB, (BANE, TMF), ((DSB, 7_000_000),), 0, 60, 300, 45, "point",
        ((721890, 6172945),), URBAN_DEVELOPMENT),
    ProjectFact("sj-02", SJ, "Sjælør Station: ny belysning", "lighting", "designed",
        "Sjælør Station", "Lys på forplads, trapper og tunnel, så man kan se og blive set",
        TMF, (DSB,), ((TMF, 1_000_000),), 0, 75, 150, 0, "area",
        ((721850, 6172890), (721940, 6172890), (721940, 6172960), (721850, 6172960)),
        URBAN_DEVELOPMENT),
    ProjectFact("sj-03", SJ, "Sti fra Sjælør Boulevard til stationen", "path", "built",
        "Sjælør Boulevard", "En direkte sti med frit udsyn i stedet for smutvejen bag skuret",
        TMF, (HOUSING,), ((TMF, 1_450_000), (HOUSING, 350_000)), 210_000, 320, 40, 34, "line",
        ((721870, 6173000), (721840, 6173200), (721820, 6173420))),
    ProjectFact("sj-04", SJ, "Beskæring langs banedæmningen", "sightlines", "applied",
        "Banen ved Carl Jacobsens Vej", "Frit udsyn fra vejen til stien langs banen",
        BANE, (TMF,), ((BANE, 385_000),), 0, None, 120, 0, "line",
        ((721420, 6173060), (721600, 6173020), (721800, 6172985))),
    ProjectFact("sj-05", SJ, "Akacieparken: lys på stierne", "lighting", "granted",
        "Akacieparken", "Jævnt lys mellem blokkene uden mørke hjørner",
        HOUSING, (TMF, MASTER_PLAN), ((HOUSING, 1_260_000), ("Landsbyggefonden", 840_000)),
        0, 45, 240, 0, "area",
        ((720920, 6173330), (721050, 6173330), (721050, 6173470), (720920, 6173470))),
    ProjectFact("sj-06", SJ, "Akacieparken: nye opgangsdøre", "entrance", "reopened",
        "Akacieparken", "Døre, der lukker, og indgange, man kan se ind i",
        HOUSING, (), ((HOUSING, 2_637_450),), 480_000, 610, -70, 150, "point",
        ((720980, 6173400),)),
    ProjectFact("sj-07", SJ, "Aftenrenhold på Sjælør Station", "cleaning", "examined",
        "Sjælør Station", "Perron og trapper er rene, også om aftenen",
        DSB, (TMF,), ((DSB, 220_000),), 0, None, 90, 0, "point", ((721900, 6172930),)),
    ProjectFact("sj-08", SJ, "Byhave ved IT-containeren", "planting", "idea",
        "Bag Sjælør Boulevard", "Et sted at være, som beboerne selv passer",
        MASTER_PLAN, (HOUSING, BUF), (), 0, None, None, 0, "area",
        ((721730, 6173350), (721780, 6173350), (721780, 6173390), (721730, 6173390))),
    ProjectFact("yn-01", YN, "Lys på stien gennem Mimersparken", "lighting", "built",
        "Mimersparken", "Stien kan bruges efter mørkets frembrud",
        TMF, (RENEWAL,), ((TMF, 1_350_000), (RENEWAL, 500_000)), 300_000, 400, -20, 41, "line",
        ((722420, 6178780), (722450, 6178880), (722490, 6178990))),
    ProjectFact("yn-02", YN, "Oversigt ved Hothers Plads", "sightlines", "granted",
        "Hothers Plads", "Buske og skure væk, så pladsen kan ses fra vinduerne",
        HOUSING, (TMF,), ((HOUSING, 270_000), (TMF, 150_000)), 0, 50, 110, 0, "area",
        ((722490, 6178570), (722560, 6178570), (722560, 6178640), (722490, 6178640))),
    ProjectFact("yn-03", YN, "Passage under banen ved Bispebjerg Station", "path", "designed",
        "Bispebjerg Station", "En lys og kort passage i stedet for omvejen",
        BANE, (TMF, DSB), ((BANE, 1_900_000), (TMF, 1_300_000)), 350_000, 260, 60, 95, "line",
        ((722470, 6179030), (722510, 6179060), (722550, 6179085))),
    ProjectFact("yn-04", YN, "Bispebjerg Station: lys på perronen", "station", "examined",
        "Bispebjerg Station", "Perronen er lys, også under taget",
        DSB, (BANE,), ((DSB, 640_000),), 0, None, 200, 0, "point", ((722500, 6179070),)),
    ProjectFact("yn-05", YN, "Superkilen: nye master", "lighting", "delivered",
        "Superkilen", "Jævnt lys på cykelstien og pladserne",
        TMF, (), ((TMF, 2_412_375),), -62_375, 540, -60, 20, "line",
        ((722590, 6178480), (722620, 6178590), (722640, 6178700))),
    ProjectFact("yn-06", YN, "Mjølnerparken: indgangspartier", "entrance", "built",
        "Mjølnerparken", "Indgange med glas og lys, ud mod gaden",
        HOUSING, (TMF, MASTER_PLAN), ((HOUSING, 8_000_000), ("Landsbyggefonden", 4_500_000)),
        1_150_000, 500, 120, 62, "area",
        ((722630, 6178900), (722760, 6178900), (722760, 6179010), (722630, 6179010))),
    ProjectFact("yn-07", YN, "Aftenrenhold ved Nørrebrohallen", "cleaning", "in_operation",
        "Nørrebrohallen", "Affald og glasskår er væk, før morgenen begynder",
        TMF, (), ((TMF, 350_000),), 0, 420, -240, 0, "point", ((722480, 6178440),)),
    ProjectFact("yn-08", YN, "Aldersrogade: beskæring og ny beplantning", "planting", "tendered",
        "Aldersrogade", "Lav beplantning, som man kan se hen over",
        TMF, (HOUSING,), ((TMF, 430_000), (HOUSING, 250_000)), 0, 180, 75, 20, "line",
        ((722800, 6178980), (722900, 6179020), (723000, 6179060))),
    ProjectFact("yn-09", YN, "Plads ved Osramhuset", "square", "designed",
        "Haraldsgade", "Bænke, lys og liv foran kulturhuset",
        TMF, (RENEWAL,), ((RENEWAL, 2_600_000), (TMF, 1_500_000)), 275_000, 230, 210, 0, "area",
        ((723000, 6178700), (723060, 6178700), (723060, 6178760), (723000, 6178760))),
    ProjectFact("yn-10", YN, "Skjolds Plads: lys og cykelparkering", "lighting", "applied",
        "Skjolds Plads", "Pladsen er lys og uden rodede cykler",
        TMF, (), ((TMF, 900_000),), 0, None, 190, 0, "point", ((722960, 6178790),)),
    ProjectFact("yn-11", YN, "Sti fra Rovsingsgade til Lersøparken", "path", "idea",
        "Rovsingsgade", "En genvej, som børn kan bruge alene",
        TMF, (), (), 0, None, None, 0, "line",
        ((723080, 6179400), (722980, 6179430), (722890, 6179460))),
    ProjectFact("yn-12", YN, "Eddagården: porte og facadelys", "entrance", "inspected",
        "Eddagården", "Porte, der kan låses, og lys ved indgangene",
        HOUSING, (), ((HOUSING, 760_000),), 45_000, 480, -150, 12, "point",
        ((723400, 6178590),)),
    ProjectFact("by-01", None, "Blågårds Plads: lys i hjørnerne", "square", "designed",
        "Blågårds Plads", "Ingen mørke hjørner på pladsen",
        TMF, (), ((TMF, 1_100_000),), 0, 130, 160, 30, "area",
        ((723500, 6176800), (723580, 6176800), (723580, 6176880), (723500, 6176880))),
    ProjectFact("by-02", None, "Ruten: sti til skolen i Tingbjerg", "path", "granted",
        "Ruten, Tingbjerg", "En skolevej med lys og frit udsyn",
        TMF, (HOUSING,), ((TMF, 1_700_000), (HOUSING, 600_000)), 0, 40, 310, 0, "line",
        ((718700, 6180260), (718880, 6180180), (719060, 6180110))),
    ProjectFact("by-03", None, "Kødbyen: renhold i weekenden", "cleaning", "built",
        "Flæsketorvet", "Glas og affald fjernes kl. 5 lørdag og søndag",
        TMF, (), ((TMF, 540_000),), 0, 150, 90, 0, "point", ((723990, 6174880),)),
    ProjectFact("by-04", None, "Enghave Plads: bænke og lys", "square", "delivered",
        "Enghave Plads", "Plads til flere slags brugere samtidig",
        TMF, (), ((TMF, 3_250_000),), 190_000, 560, -90, 48, "area",
        ((722940, 6174700), (723000, 6174700), (723000, 6174770), (722940, 6174770))),
    ProjectFact("by-05", None, "Nørreport: lys ved cykelparkeringen", "lighting", "examined",
        "Nørreport Station", "Man kan finde sin cykel og se sig omkring",
        TMF, (DSB,), ((TMF, 410_000),), 0, None, 140, 0, "point", ((724530, 6176620),)),
    ProjectFact("by-06", None, "Folehaven: gangtunnel", "path", "abandoned",
        "Folehaven", "Tryg krydsning af vejen; opgivet, da tunnelen lukkes",
        TMF, (), ((TMF, 1_800_000),), 0, 700, -200, 0, "line",
        ((719880, 6172940), (719900, 6172980), (719915, 6173020))),
    ProjectFact("by-07", None, "Husum Station: trapper og oversigt", "station", "applied",
        "Husum Station", "Man kan se perronen fra gaden",
        DSB, (BANE, TMF), ((DSB, 1_600_000), (BANE, 700_000)), 0, None, 400, 0, "point",
        ((717600, 6179210),)),
    ProjectFact("by-08", None, "Remiseparken: beskæring og stauder", "planting", "tendered",
        "Remiseparken", "Frit udsyn langs stierne",
        TMF, (HOUSING,), ((TMF, 720_000),), 55_000, 170, 100, 0, "area",
        ((726240, 6173150), (726330, 6173150), (726330, 6173230), (726240, 6173230))),
    ProjectFact("by-09", None, "Nørrebroparken: lys på diagonalstien", "lighting", "examined",
        "Nørrebroparken", "Genvejen kan bruges hele døgnet",
        TMF, (), ((TMF, 880_000),), 0, None, 250, 0, "line",
        ((722500, 6177960), (722580, 6177860), (722650, 6177770))),
    ProjectFact("by-10", None, "Istedgade: lys i portene", "entrance", "idea",
        "Istedgade", "Porte uden mørke kroge",
        "Ejerforeninger", (TMF,), (), 0, None, None, 0, "point", ((723780, 6175150),)),
)
# fmt: on

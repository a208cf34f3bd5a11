"""The invented people and companies of the demonstration, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from identity.states import StaffRole
from security_models.states import ContactRole

PASSWORD = "Harbor-Lantern-42"  # noqa: S105 - the demonstration tells it to everyone
QUESTIONS = (
    ("Which harbor did you see first?", "Veracruz"),
    ("What was the name of your first ship model?", "Gaviota"),
    ("Which street did your grandmother live in?", "Calle Hidalgo"),
)


@dataclass(frozen=True)
class Person:
    """A person with a sign-in."""

    email: str
    first_name: str
    last_name: str
    title: str
    salutation: str = "ms"
    phone: str = "+1 956 555 0142"
    staff_role: str = ""
    #: Registered this many days ago and has not signed in since (U8).
    away_days: int = 0

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Place:
    """An address of a company."""

    types: tuple[str, ...]
    street1: str
    city: str
    state: str
    postal_code: str
    country: str
    name: str = ""


@dataclass(frozen=True)
class Application:
    """A C-TPAT account: the answers on the way to the security profile."""

    answers: dict[str, str]
    identifiers: tuple[tuple[str, str], ...]
    deed: bool = False
    site: str = ""


@dataclass(frozen=True)
class Company:
    """A trade account with its people; the first person creates it and is an Officer."""

    name: str
    doing_business_as: str
    employees: int
    started_on: str
    history: str
    phone: str
    website: str
    places: tuple[Place, ...]
    people: tuple[tuple[Person, ContactRole], ...]
    application: Application
    second: Application | None = None
    words: dict[str, Any] = field(default_factory=dict)


MARGUERITE = Person(
    "marguerite.ashdown@thistlewick.example", "Marguerite", "Ashdown", "Chief operating officer"
)
TEODOR = Person(
    "teodor.marsh@thistlewick.example", "Teodor", "Marsh", "Trade compliance manager", "mr"
)
ROSALIND = Person(
    "rosalind.achterberg@quillandtide.example", "Rosalind", "Achterberg", "Consultant"
)
IGNACIO = Person(
    "ignacio.barraza@halfmoon.example", "Ignacio", "Barraza", "President", "mr", "+1 956 555 0177"
)
LUCERO = Person("lucero.ontiveros@halfmoon.example", "Lucero", "Ontiveros", "Safety manager", "ms")
BENEDICTA = Person(
    "benedicta.farrow@halfmoon.example", "Benedicta", "Farrow", "Dispatcher", away_days=60
)
PRUDENCE = Person("prudence.quill@larkspur.example", "Prudence", "Quill", "Managing director")
FERDINAND = Person(
    "ferdinand.oakes@larkspur.example", "Ferdinand", "Oakes", "Entry supervisor", "mr"
)
AUGUSTA = Person("augusta.renwick@quillfeather.example", "Augusta", "Renwick", "President")
EMIL = Person("emil.sorrel@quillfeather.example", "Emil", "Sorrel", "Logistics manager", "mr")
CATALINA = Person(
    "catalina.robles@oldkettle.example",
    "Catalina",
    "Robles",
    "Directora general",
    "ms",
    "+52 81 5550 0199",
)
OCTAVIA = Person("octavia.penhallow@penhallow.example", "Octavia", "Penhallow", "Chair")
JONAH = Person(
    "jonah.tidewell@program.example",
    "Jonah",
    "Tidewell",
    "Supply chain security specialist",
    "mr",
    staff_role=StaffRole.SCSS,
)
IMRE = Person(
    "imre.kovats@program.example",
    "Imre",
    "Kovats",
    "Supply chain security specialist",
    "mr",
    staff_role=StaffRole.SCSS,
)
ODALYS = Person(
    "odalys.brandt@program.example",
    "Odalys",
    "Brandt",
    "Branch chief",
    staff_role=StaffRole.MANAGEMENT,
)
WILHELMINA = Person(
    "wilhelmina.pryce@program.example",
    "Wilhelmina",
    "Pryce",
    "Portal helpdesk",
    staff_role=StaffRole.HELPDESK,
)
OSWIN = Person(
    "oswin.amberley@program.example",
    "Oswin",
    "Amberley",
    "Portal helpdesk",
    "mr",
    staff_role=StaffRole.HELPDESK,
)
PHILIPPA = Person(
    "philippa.northcote@program.example",
    "Philippa",
    "Northcote",
    "Program administrator",
    staff_role=StaffRole.PROGRAM_ADMIN,
)
STAFF = (JONAH, IMRE, ODALYS, WILHELMINA, OSWIN, PHILIPPA)

THISTLEWICK = Company(
    name="Thistlewick Home Goods",
    doing_business_as="Thistlewick",
    employees=420,
    started_on="1988-05-02",
    history=(
        "Importer and wholesaler of lamps, kitchenware and small furniture from Mexico, Vietnam "
        "and Portugal. Family owned; warehouses in Laredo and Savannah."
    ),
    phone="+1 956 555 0100",
    website="https://thistlewick.example",
    places=(
        Place(
            ("headquarters", "policy_training"),
            "410 Bolt Works Road",
            "Laredo",
            "TX",
            "78045",
            "US",
            "Head office",
        ),
        Place(
            ("cargo_handling",),
            "1200 Mines Road",
            "Laredo",
            "TX",
            "78045",
            "US",
            "Laredo distribution center",
        ),
        Place(
            ("cargo_handling",),
            "88 Garden City Terminal Way",
            "Savannah",
            "GA",
            "31408",
            "US",
            "Savannah warehouse",
        ),
    ),
    people=(
        (MARGUERITE, ContactRole.OFFICER),
        (TEODOR, ContactRole.EMPLOYEE),
        (ROSALIND, ContactRole.CONSULTANT),
    ),
    application=Application(
        answers={"START1": "importer"},
        identifiers=(("IOR_IRS", "00-123456700"), ("BOND_IMPORT", "99ZZ00001")),
        site="the Laredo distribution center",
    ),
    second=Application(
        answers={"START1": "exporter"},
        identifiers=(("DUNS", "001234567"),),
        site="the Savannah warehouse",
    ),
    words={"manager": "our trade compliance manager", "deputy": "the warehouse director"},
)
HALFMOON = Company(
    name="Halfmoon Drayage",
    doing_business_as="Halfmoon",
    employees=136,
    started_on="2004-09-13",
    history=(
        "Cross-border trucking between Nuevo Laredo and Laredo: 84 tractors, 210 trailers, two "
        "secured yards. Loads for home goods, auto parts and appliances."
    ),
    phone="+1 956 555 0170",
    website="https://halfmoon.example",
    places=(
        Place(
            ("headquarters", "yard_terminal"),
            "7702 Killam Industrial Boulevard",
            "Laredo",
            "TX",
            "78045",
            "US",
            "Laredo yard",
        ),
        Place(
            ("yard_terminal",),
            "Carretera al Aeropuerto 2100",
            "Nuevo Laredo",
            "Tamps.",
            "88000",
            "MX",
            "Nuevo Laredo yard",
        ),
    ),
    people=(
        (IGNACIO, ContactRole.OFFICER),
        (LUCERO, ContactRole.EMPLOYEE),
        (ROSALIND, ContactRole.CONSULTANT),
        (BENEDICTA, ContactRole.EMPLOYEE),
    ),
    application=Application(
        answers={"START1": "highway", "HWY1": "yes", "HWY2": "mexico", "HUM3": "no"},
        identifiers=(("SCAC", "ZQHD"), ("USDOT", "99999991")),
        site="the Laredo yard",
    ),
    words={"manager": "our safety manager", "deputy": "the dispatch supervisor"},
)
LARKSPUR = Company(
    name="Larkspur Customs Brokers",
    doing_business_as="Larkspur",
    employees=58,
    started_on="1996-02-20",
    history=(
        "Licensed customs broker in El Paso and Otay Mesa; 26,000 entries a year for importers "
        "of electronics and produce."
    ),
    phone="+1 915 555 0120",
    website="https://larkspur.example",
    places=(
        Place(
            ("headquarters", "records_office"),
            "5 Paisano Court",
            "El Paso",
            "TX",
            "79901",
            "US",
            "Head office",
        ),
        Place(
            ("contact_office",),
            "2380 Otay Center Drive",
            "San Diego",
            "CA",
            "92154",
            "US",
            "Otay Mesa office",
        ),
    ),
    people=(
        (PRUDENCE, ContactRole.OFFICER),
        (FERDINAND, ContactRole.EMPLOYEE),
        (ROSALIND, ContactRole.CONSULTANT),
    ),
    application=Application(
        answers={"START1": "broker"},
        identifiers=(("BROKER_LICENSE", "00123"),),
        site="our El Paso office",
    ),
    words={"manager": "our compliance officer", "deputy": "the entry supervisor"},
)
OLD_KETTLE = Company(
    name="Old Kettle Packaging",
    doing_business_as="Empaques Old Kettle",
    employees=310,
    started_on="2011-03-07",
    history=(
        "Maker of cartons and molded packaging in Monterrey, for customers on both sides of the "
        "border."
    ),
    phone="+52 81 5550 0190",
    website="https://oldkettle.example",
    places=(
        Place(
            ("headquarters", "manufacturing_site"),
            "Avenida Norte 1420",
            "Monterrey",
            "N.L.",
            "64000",
            "MX",
            "Planta Norte",
        ),
    ),
    people=((CATALINA, ContactRole.OFFICER),),
    application=Application(
        answers={"START1": "manufacturer", "FMF1": "mexico"},
        identifiers=(("MID", "MXTEJNOR1420MON"), ("RFC", "TNO990101AB3")),
        deed=True,
        site="the Monterrey plant",
    ),
    words={"manager": "our security coordinator", "deputy": "the plant manager"},
)
QUILLFEATHER = Company(
    name="Quillfeather Textiles",
    doing_business_as="Quillfeather",
    employees=95,
    started_on="2001-06-18",
    history="Importer of linen and upholstery fabrics from Portugal, Turkey and India.",
    phone="+1 843 555 0140",
    website="https://quillfeather.example",
    places=(
        Place(
            ("headquarters", "cargo_handling"),
            "17 Loom Street",
            "Charleston",
            "SC",
            "29405",
            "US",
            "Charleston warehouse",
        ),
    ),
    people=((AUGUSTA, ContactRole.OFFICER), (EMIL, ContactRole.EMPLOYEE)),
    application=Application(
        answers={"START1": "importer"},
        identifiers=(("IOR_IRS", "00-765432100"), ("BOND_IMPORT", "99ZZ00007")),
        site="the Charleston warehouse",
    ),
    words={"manager": "our logistics manager", "deputy": "the warehouse lead"},
)
COMPANIES = (THISTLEWICK, HALFMOON, LARKSPUR, OLD_KETTLE, QUILLFEATHER)
#: They sign, so they have an authenticator app, like staff.
OFFICERS = tuple(
    person
    for company in COMPANIES
    for person, role in company.people
    if role == ContactRole.OFFICER
)

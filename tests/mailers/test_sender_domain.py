"""What the DNS says of the domain that e-mails come from."""

import pytest

import settings
from mailers import sender_domain
from mailers.finding import Finding
from tests.mailers.name_server import NameServer, answering

CLUB = "association.club"
DMARC = f"_dmarc.{CLUB}"
GOOD = {
    (CLUB, "MX"): ["10 mx.association.club."],
    (CLUB, "TXT"): ['"some=thing else"', '"v=spf1 include:_spf.provider.net ip4:192.0.2.7 -all"'],
    (DMARC, "TXT"): ['"v=DMARC1; p=reject; rua=mailto:postmaster@association.club"'],
}


async def findings(server: NameServer, domain: str = CLUB) -> list[Finding]:
    async with answering(server):
        asking = sender_domain.resolver(settings.read({"DNS_SERVER": f"127.0.0.1:{server.port}"}))
        asking.lifetime = 0.5 if server.is_silent else 20
        return [it async for it in sender_domain.about(domain, asking)]


async def wrong(records: dict[tuple[str, str], list[str]]) -> list[str]:
    """What is found to be wrong where these records differ from good ones."""
    found = await findings(NameServer({**GOOD, **records}))
    return [it.words for it in found if it.is_wrong]


async def noted(records: dict[tuple[str, str], list[str]]) -> str:
    found = await findings(NameServer({**GOOD, **records}))
    assert not any(it.is_wrong for it in found)
    return "\n".join(it.words for it in found)


async def test_of_a_good_domain_it_is_said_what_it_says() -> None:
    found = await findings(NameServer(GOOD))

    answers, spf, dmarc, dkim = [it.words for it in found]
    assert not any(it.is_wrong for it in found)
    assert answers == "Answers and bounces go to mx.association.club."
    assert spf.endswith(": v=spf1 include:_spf.provider.net ip4:192.0.2.7 -all")
    assert dmarc == f"By {DMARC}, e-mails of others in your name are refused (p=reject)."
    assert f"“header.d={CLUB}”" in dkim


async def test_a_domain_that_there_is_not_is_said_to_be_none() -> None:
    found = await findings(NameServer(GOOD), "asociation.club")

    assert found[0].is_wrong
    assert found[0].words == (
        "There is no domain asociation.club: correct MAIL_FROM, or register it."
    )


@pytest.mark.parametrize(
    ("servers", "addresses", "sentence"),
    [
        ([], [], "neither MX nor address"),
        (["0 ."], ["192.0.2.1"], "takes no e-mails, says its MX"),
    ],
)
async def test_a_domain_that_takes_no_answers_is_wrong(
    servers: list[str], addresses: list[str], sentence: str
) -> None:
    [found] = await wrong({(CLUB, "MX"): servers, (CLUB, "A"): addresses})

    assert sentence in found


@pytest.mark.parametrize(("kind", "address"), [("A", "192.0.2.1"), ("AAAA", "2001:db8::1")])
async def test_answers_reach_a_domain_with_an_address_alone(kind: str, address: str) -> None:
    found = await noted({(CLUB, "MX"): [], (CLUB, kind): [address]})

    assert "has no MX: answers and bounces go to its own address." in found


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([], "has no SPF: add a TXT record “v=spf1 …”"),
        (["v=spf10 -all"], "has no SPF"),
        (
            ["v=spf1 mx -all", "v=spf1 a -all"],
            "has 2 SPF records, of which none counts: join them.",
        ),
        (["v=spf1 mx +all"], "lets everybody send"),
        (["V=SPF1 MX ALL"], "lets everybody send"),
        (["v=spf1 inlcude:provider.net -all"], "has “inlcude:provider.net” in it"),
        (["v=spf1 include: -all"], "has “include:” in it"),
    ],
)
async def test_an_spf_that_does_not_protect_is_wrong(texts: list[str], sentence: str) -> None:
    [found] = await wrong({(CLUB, "TXT"): [f'"{it}"' for it in texts]})

    assert sentence in found


@pytest.mark.parametrize("text", ["v=spf1 mx ?all", "v=spf1 mx", "v=spf1"])
async def test_an_spf_that_says_nothing_of_others_is_noted(text: str) -> None:
    found = await noted({(CLUB, "TXT"): [f'"{text}"']})

    assert "does not say what others may" in found


@pytest.mark.parametrize(
    "text", ["v=spf1 redirect=_spf.provider.net", "v=spf1 a mx/24 ptr exists:%{i}.x.net ~all"]
)
async def test_an_spf_may_have_all_that_there_is(text: str) -> None:
    assert f": {text}" in await noted({(CLUB, "TXT"): [f'"{text}"']})


async def test_a_long_text_is_read_whole() -> None:
    found = await noted({(CLUB, "TXT"): ['"v=spf1 include:_spf.prov" "ider.net -all"']})

    assert "v=spf1 include:_spf.provider.net -all" in found


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([], f"has no DMARC: add a TXT record {DMARC} “v=DMARC1; p=none;"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "has 2 DMARC records, of which none counts"),
        (["v=DMARC1; rua=mailto:a@association.club"], "has no policy that is known"),
        (["v=DMARC1; p=refuse"], "“p” must be one of none, quarantine, reject."),
    ],
)
async def test_a_dmarc_that_does_not_count_is_wrong(texts: list[str], sentence: str) -> None:
    [found] = await wrong({(DMARC, "TXT"): [f'"{it}"' for it in texts]})

    assert sentence in found


async def test_a_domain_may_leave_its_dmarc_to_the_one_it_belongs_to() -> None:
    below = {("mail." + CLUB, "MX"): ["1 mx.association.club."]}
    below |= {("mail." + CLUB, "TXT"): ['"v=spf1 mx -all"']}
    policy = {(DMARC, "TXT"): ['"v=DMARC1; p=reject; sp=quarantine"']}

    found = await findings(NameServer({**GOOD, **below, **policy}), "mail." + CLUB)

    assert f"By {DMARC}, e-mails of others in your name are junk (p=quarantine)." in [
        it.words for it in found
    ]


@pytest.mark.parametrize("server", [NameServer(is_failing=True), NameServer(is_silent=True)])
async def test_a_dns_that_cannot_be_asked_is_nobodys_fault(server: NameServer) -> None:
    found = await findings(server)

    assert not any(it.is_wrong for it in found)
    assert found[0].words.startswith(f"The DNS could not be asked about {CLUB} (")


@pytest.mark.parametrize(
    "domain", ["example.org", "mail.example.com", "localhost", "association.test", "x.invalid"]
)
async def test_a_domain_that_is_nobodys_is_not_looked_up(domain: str) -> None:
    [found] = await findings(NameServer(is_silent=True), domain)

    assert found.is_wrong
    assert "which is nobody's" in found.words


async def test_a_name_that_is_too_long_is_no_crash() -> None:
    found = await findings(NameServer(GOOD), ".".join(["x" * 62] * 4) + ".club")

    assert "could not be asked" in found[0].words


async def test_what_a_record_says_gives_no_orders_to_the_terminal() -> None:
    [found] = await wrong({(CLUB, "TXT"): ['"v=spf1 \\027[2J -all"']})

    assert "\x1b" not in found

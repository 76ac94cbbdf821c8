"""From “Forgot your password?” to signing in with a new one: a browser, a mail server, and the program."""

import asyncio
import email
import re
from email.message import EmailMessage
from email.policy import SMTP

import httpx

from tests.mailers.server import MailHost, listening
from tests.server import Server, running
from tests.stories.test_a_mentorship import PASSWORD, SIGN_IN

NEW = "a heron on one leg"


async def test_who_forgot_the_password_sets_another_and_signs_in(database_url: str) -> None:
    async with listening(MailHost()) as host:
        environment = {"DATABASE_URL": database_url, "SMTP_URL": host.url}
        async with (
            running("run", environment) as server,
            httpx.AsyncClient(base_url=server.address) as browser,
        ):
            link = await the_link_that_is_sent_to_her(browser, host, server)
            await she_sets_a_password(browser, link)

            assert await signs_in(browser, NEW)
            assert not await signs_in(browser, PASSWORD)


async def the_link_that_is_sent_to_her(
    browser: httpx.AsyncClient, host: MailHost, server: Server
) -> str:
    assert (await browser.get("/forgot-password")).status_code == 200
    sent = await browser.post("/forgot-password", data={"email": "mentee@example.org"})
    assert sent.status_code == 200

    message = await next_mail(host, "mentee@example.org", about="new password")
    [link] = re.findall(r"http\S+", message.get_body(("plain",)).get_content())
    assert link.startswith(f"{server.address}/reset-password/")
    return str(link)


async def next_mail(host: MailHost, address: str, about: str) -> EmailMessage:
    async with asyncio.timeout(30):
        while True:
            for envelope in host.taken:
                message = email.message_from_bytes(envelope.content, policy=SMTP)
                if envelope.rcpt_tos == [address] and about in message["Subject"]:
                    return message
            host.has_taken.clear()
            await host.has_taken.wait()


async def she_sets_a_password(browser: httpx.AsyncClient, link: str) -> None:
    assert (await browser.get(link)).status_code == 200
    assert (await browser.post(link, data={"password": NEW})).status_code == 200
    assert (await browser.get(link)).status_code == 404


async def signs_in(browser: httpx.AsyncClient, password: str) -> bool:
    credentials = {"username": "mentee", "password": password}
    asked = {"query": SIGN_IN, "variables": {"input": credentials}}
    response = await browser.post("/graphql", json=asked)
    return response.json()["data"]["signIn"]["errors"] == []

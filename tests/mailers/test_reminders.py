"""Reminders that name many people in one e-mail."""

import settings
from mailers import request_mailer
from mailers.previews import ADA, GRACE, a_request, rendered
from models.mentoring_request.reminding import Reminder

CLIENT = settings.read({"CLIENT_URL": "https://mentoring.example.org"})


def test_a_reminder_names_fifty_people_and_how_many_more_there_are() -> None:
    requests = [a_request(sender=ADA, recipient=GRACE, mentor=GRACE) for _ in range(400)]

    email = request_mailer.reminder(Reminder(GRACE, requests))

    words = rendered(email, CLIENT)
    assert words.subject == "400 people are waiting for your answer"
    assert words.text.count("- Ada Byron") == 50
    assert "And 350 people more." in words.text
    assert "Und 350 weitere Personen." in rendered(email, CLIENT, "de").text

"""E-mails: one module per mailer, one function per e-mail."""

from mailers import (
    account_mailer,
    agreement_mailer,
    check_in_mailer,
    digest_mailer,
    enrollment_mailer,
    relationship_mailer,
    request_mailer,
    session_mailer,
)

__all__ = [
    "account_mailer",
    "agreement_mailer",
    "check_in_mailer",
    "digest_mailer",
    "enrollment_mailer",
    "relationship_mailer",
    "request_mailer",
    "session_mailer",
]

"""E-mails: one module per mailer, one function per e-mail."""

from mailers import enrollment_mailer, relationship_mailer, request_mailer

__all__ = ["enrollment_mailer", "relationship_mailer", "request_mailer"]

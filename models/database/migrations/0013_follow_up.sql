-- E-mails that the program sends for a member: whose name stands in `From`, and who gets the replies.

ALTER TABLE outgoing_email ADD COLUMN sent_for TEXT;
ALTER TABLE outgoing_email ADD COLUMN reply_to TEXT;

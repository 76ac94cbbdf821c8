-- E-mails about several rows: the ids of the others, as a JSON list, which are asked again when it is sent.

ALTER TABLE outgoing_email ADD COLUMN also_about TEXT;

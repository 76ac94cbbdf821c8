-- Who spends how much of our time. A payer without a row has a full budget.

CREATE TABLE budget (
    payer TEXT PRIMARY KEY,
    full_at BIGINT NOT NULL
);

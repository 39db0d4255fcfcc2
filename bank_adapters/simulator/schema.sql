CREATE TABLE IF NOT EXISTS meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS account (
    bank TEXT NOT NULL,
    account_no TEXT NOT NULL,
    balance_fen INTEGER NOT NULL,     -- what may be spent now
    statement_fen INTEGER NOT NULL,   -- closing balance of the last statement
    statement_no INTEGER NOT NULL DEFAULT 0,
    closed_on TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (bank, account_no)
) STRICT;

CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY,
    bank TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    file_reference TEXT NOT NULL,
    debtor_account TEXT NOT NULL,
    count INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    debited_fen INTEGER NOT NULL,
    refused_code TEXT NOT NULL,       -- '' when accepted
    statement_no INTEGER,             -- the statement on which the debit stands
    archived INTEGER NOT NULL DEFAULT 0
) STRICT;
-- One file reference is accepted once, whatever crashes or comes again.
CREATE UNIQUE INDEX IF NOT EXISTS file_accepted_once
    ON file (bank, file_reference) WHERE refused_code = '';

CREATE TABLE IF NOT EXISTS payment (
    file_id INTEGER NOT NULL REFERENCES file (id),
    serial INTEGER NOT NULL,
    reference TEXT NOT NULL,
    account_no TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    deed TEXT NOT NULL,               -- see fates.py
    code TEXT NOT NULL,
    after_days INTEGER NOT NULL,
    returned_on_no INTEGER,           -- the statement on which it came back
    account_name TEXT NOT NULL DEFAULT '',
    back TEXT NOT NULL DEFAULT '',    -- how it comes back (JSON of fates.Homecoming)
    returned_fen INTEGER,             -- what came back: less where a fee was kept
    undone_on_no INTEGER,             -- the statement on which its return was undone
    PRIMARY KEY (file_id, serial)
) STRICT;
CREATE INDEX IF NOT EXISTS payment_reference ON payment (reference);

-- Files the bank owes its customers: decided with the payment, laid out afterwards.
CREATE TABLE IF NOT EXISTS answer (
    id INTEGER PRIMARY KEY,
    bank TEXT NOT NULL,
    path TEXT NOT NULL,
    content BLOB NOT NULL,
    due_at REAL NOT NULL,
    laid_out INTEGER NOT NULL DEFAULT 0,
    file_reference TEXT NOT NULL DEFAULT '',
    closings INTEGER NOT NULL DEFAULT 0 -- closings of the day still to come before it is laid out
) STRICT;

CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    user TEXT NOT NULL,
    remaining INTEGER NOT NULL,
    options TEXT NOT NULL DEFAULT '{}'
) STRICT;

-- Every movement that a statement shows; with the opening balance they make the closing one.
CREATE TABLE IF NOT EXISTS movement (
    bank TEXT NOT NULL,
    account_no TEXT NOT NULL,
    statement_no INTEGER NOT NULL,
    place INTEGER NOT NULL,
    booked_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    signed_fen INTEGER NOT NULL,      -- plus for money to the customer
    reference TEXT NOT NULL,          -- as the statement shows it
    file_reference TEXT NOT NULL,
    PRIMARY KEY (bank, account_no, statement_no, place)
) STRICT;

-- What was heard at the HTTPS door: never what was in it.
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;

-- Format 2. Each commit takes the next sequence of the whole store, so that what has changed since any earlier one is
-- found by it. Accounts of the format before get those of their keys: nobody can know of any earlier one.

ALTER TABLE accounts ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;

UPDATE accounts SET sequence = account_key;

CREATE INDEX accounts_by_sequence ON accounts (sequence);

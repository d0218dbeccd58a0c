-- Format 1. Checksums cover an account's id, a workflow's id if there is one, and the record.

CREATE SCHEMA tamis;

-- One row: the format of everything here, and the sequence of the last commit. Every commit locks it last and until it
-- is over, so that sequences become visible in their order.
CREATE TABLE tamis.store (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    format integer NOT NULL,
    sequence bigint NOT NULL
);

INSERT INTO tamis.store (format, sequence) VALUES (1, 0);

-- Deleted accounts stay, without settings, so that their revisions go on.
CREATE TABLE tamis.accounts (
    account_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL UNIQUE,
    revision bigint NOT NULL CHECK (revision > 0),
    sequence bigint NOT NULL,
    settings bytea,
    checksum bigint,
    CHECK ((settings IS NULL) = (checksum IS NULL))
);

CREATE INDEX accounts_by_sequence ON tamis.accounts (sequence);

-- Keys grow in the order of creation.
CREATE TABLE tamis.workflows (
    workflow_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_key bigint NOT NULL REFERENCES tamis.accounts,
    workflow_id text COLLATE "C" NOT NULL,
    data bytea NOT NULL,
    checksum bigint NOT NULL,
    UNIQUE (account_key, workflow_id)
);

CREATE TABLE tamis.revisions (
    account_key bigint NOT NULL REFERENCES tamis.accounts,
    revision bigint NOT NULL,
    actor text NOT NULL,
    operation text NOT NULL,
    at_second bigint NOT NULL,
    at_nanosecond integer NOT NULL,
    PRIMARY KEY (account_key, revision)
);

-- Records as each revision left them: the settings where there is no workflow; deleted where there is no record.
CREATE TABLE tamis.changes (
    change_key bigint GENERATED ALWAYS AS IDENTITY,
    account_key bigint NOT NULL,
    revision bigint NOT NULL,
    workflow_id text COLLATE "C",
    data bytea,
    checksum bigint,
    PRIMARY KEY (account_key, revision, change_key),
    CHECK ((data IS NULL) = (checksum IS NULL)),
    FOREIGN KEY (account_key, revision) REFERENCES tamis.revisions
);

-- Format 1. Checksums cover an account's id, a workflow's id if there is one, and the record.

-- Deleted accounts stay, without settings, so that their revisions go on.
CREATE TABLE accounts (
    account_key INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL CHECK (revision > 0),
    settings BLOB,
    checksum INTEGER,
    CHECK ((settings IS NULL) = (checksum IS NULL))
) STRICT;

-- Keys grow in the order of creation.
CREATE TABLE workflows (
    workflow_key INTEGER PRIMARY KEY,
    account_key INTEGER NOT NULL REFERENCES accounts,
    workflow_id TEXT NOT NULL,
    data BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (account_key, workflow_id)
) STRICT;

CREATE INDEX workflows_in_order ON workflows (account_key, workflow_key);

CREATE TABLE revisions (
    account_key INTEGER NOT NULL REFERENCES accounts,
    revision INTEGER NOT NULL,
    actor TEXT NOT NULL,
    operation TEXT NOT NULL,
    at_second INTEGER NOT NULL,
    at_nanosecond INTEGER NOT NULL,
    PRIMARY KEY (account_key, revision)
) STRICT, WITHOUT ROWID;

-- Records as each revision left them: the settings where there is no workflow; deleted where there is no record.
CREATE TABLE changes (
    change_key INTEGER PRIMARY KEY,
    account_key INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    workflow_id TEXT,
    data BLOB,
    checksum INTEGER,
    CHECK ((data IS NULL) = (checksum IS NULL)),
    FOREIGN KEY (account_key, revision) REFERENCES revisions
) STRICT;

CREATE INDEX changes_in_order ON changes (account_key, revision, change_key);

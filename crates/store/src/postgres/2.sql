-- Format 2. Services on the database tell each other that they are there. Nothing of it has to outlive a crash of the server,
-- as each tells again within seconds: so it is not logged, and costs no flush of the disk.

CREATE UNLOGGED TABLE tamis.replicas (
    replica_id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    started_second bigint NOT NULL,
    sequence bigint NOT NULL,
    is_draining boolean NOT NULL,
    seen_at timestamptz NOT NULL
);

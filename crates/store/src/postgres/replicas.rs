//! Which services are on the database. When each was seen is told by the server's clock, which is one for all of them.

use std::time::Duration;

use deadpool_postgres::Object;
use jiff::Timestamp;
use tokio_postgres::Row;

use super::records::{ReadError, revision_of};
use crate::replicas::{REPLICA_KEPT, REPLICAS_MAX, in_order};
use crate::{Heartbeat, Replica};

/// Writes what a replica tells, forgets those that have said nothing for long, and reads all others.
pub(super) async fn tell(client: &Object, told: &Heartbeat) -> Result<Vec<Replica>, ReadError> {
    // One statement is one round trip. It sees the table as it was before, so that its own row is put to what it reads.
    let query = client
        .prepare_cached(
            "WITH silent AS (DELETE FROM tamis.replicas WHERE seen_at <= now() - make_interval(secs => $7)),
                  own AS (INSERT INTO tamis.replicas VALUES ($1, $2, $3, $4, $5, $6, now())
                          ON CONFLICT (replica_id) DO UPDATE SET name = $2, version = $3, started_second = $4,
                              sequence = $5, is_draining = $6, seen_at = now() RETURNING *),
                  known AS (SELECT * FROM own UNION ALL
                            SELECT * FROM tamis.replicas
                            WHERE replica_id <> $1 AND seen_at > now() - make_interval(secs => $7))
             SELECT replica_id, name, version, started_second, sequence, is_draining,
                    (extract(epoch FROM seen_at) * 1000)::bigint, (extract(epoch FROM now() - seen_at) * 1000)::bigint
             FROM known ORDER BY seen_at DESC LIMIT $8",
        )
        .await?;
    let Heartbeat { replica_id, name, version, started, sequence, is_draining } = told;
    let sequence = i64::try_from(*sequence).unwrap_or(i64::MAX);
    let most = i64::try_from(REPLICAS_MAX).unwrap_or(i64::MAX);
    let rows = client
        .query(
            &query,
            &[
                replica_id,
                name,
                version,
                &started.as_second(),
                &sequence,
                is_draining,
                &REPLICA_KEPT.as_secs_f64(),
                &most,
            ],
        )
        .await?;
    rows.iter().map(replica_of).collect::<Result<_, _>>().map(in_order)
}

/// Forgets a replica.
pub(super) async fn forget(client: &Object, replica_id: &str) -> Result<(), ReadError> {
    let query = client.prepare_cached("DELETE FROM tamis.replicas WHERE replica_id = $1").await?;
    client.execute(&query, &[&replica_id]).await?;
    Ok(())
}

fn replica_of(row: &Row) -> Result<Replica, ReadError> {
    let no_instant = |_| ReadError::Damaged("a replica has an instant that is none".into());
    let silent_ms: i64 = row.try_get(7)?;
    Ok(Replica {
        told: Heartbeat {
            replica_id: row.try_get(0)?,
            name: row.try_get(1)?,
            version: row.try_get(2)?,
            started: Timestamp::from_second(row.try_get(3)?).map_err(no_instant)?,
            sequence: revision_of(row.try_get(4)?)?,
            is_draining: row.try_get(5)?,
        },
        seen: Timestamp::from_millisecond(row.try_get(6)?).map_err(no_instant)?,
        silent: Duration::from_millis(u64::try_from(silent_ms).unwrap_or(0)),
    })
}

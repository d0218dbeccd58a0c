//! How the service is.

use maud::{Markup, html};
use tamis_api::v1;

use crate::moment;
use crate::visit::At;
use crate::watch::fact;
use crate::watch::figures::{latency, seconds, whole};

/// How stale the store may be before it is worth a word, in seconds: it is read every second or so.
const STALE_S: f64 = 10.0;

/// The service that answers, and all that are on the same store.
pub(super) fn state(at: &At, status: &v1::GetServiceStatusResponse) -> Markup {
    let l = at.visit.language;
    let quantiles = status.evaluate_latency.unwrap_or_default();
    let took = |quantile: Option<&tamis_api::well_known::Duration>| {
        html! { @match quantile { Some(took) => { (latency(l, seconds(took))) } None => { "–" } } }
    };
    let instant = |instant: Option<&tamis_api::well_known::Timestamp>| {
        html! { @if let Some(instant) = instant { (moment::time(l, instant, &at.zone)) } }
    };
    html! {
        section .stack aria-labelledby="service-title" {
            h2 #service-title { (l.text("watch-service")) }
            (store(at, status))
            dl .facts {
                (fact(l, "watch-revision", &html! { (whole(l, status.account_revision)) }))
                (fact(l, "watch-started", &instant(status.started_at.as_ref())))
                (fact(l, "watch-made", &html! { (whole(l, status.decisions_count)) }))
                (fact(l, "watch-latency-all", &html! {
                    span .small { (took(quantiles.p50.as_ref())) " / " (took(quantiles.p99.as_ref())) " / " (took(quantiles.p999.as_ref())) }
                }))
                (fact(l, "watch-queue", &took(status.queue_wait.as_ref())))
                (fact(l, "watch-turned-away", &html! { (whole(l, status.turned_away_count)) }))
                (fact(l, "watch-version", &html! { (status.version) }))
            }
            (replicas(at, status))
        }
    }
}

/// Whether all that was saved is what decides.
fn store(at: &At, status: &v1::GetServiceStatusResponse) -> Markup {
    let l = at.visit.language;
    let staleness = status.staleness.as_ref().map(seconds);
    let (class, text_id) = match status {
        status if status.draining => ("notice", "watch-draining"),
        status if !status.loaded => ("notice", "watch-loading"),
        status if !status.store_readable => ("problem", "watch-store-lost"),
        status if !status.store_writable => ("problem", "watch-store-read-only"),
        _ if staleness.is_none_or(|staleness| staleness > STALE_S) => ("notice", "watch-store-stale"),
        _ => ("done", "watch-well"),
    };
    html! {
        p class=(class) { (l.text(text_id)) }
        @if status.accounts_broken_count > 0 {
            p .problem { (l.with("watch-broken", &[("count", status.accounts_broken_count.into())])) }
        }
    }
}

/// All services on the store.
fn replicas(at: &At, status: &v1::GetServiceStatusResponse) -> Markup {
    let l = at.visit.language;
    let has_sequences = status.replicas.iter().any(|replica| replica.sequence > 0);
    html! {
        h3 #replicas-title { (l.text("watch-replicas")) }
        div .scroll .card tabindex="0" role="group" aria-labelledby="replicas-title" {
            table {
                thead { tr {
                    th scope="col" { (l.text("watch-replica")) }
                    th scope="col" { (l.text("watch-state")) }
                    th scope="col" { (l.text("watch-last-heard")) }
                    th scope="col" { (l.text("watch-started")) }
                    @if has_sequences { th .number scope="col" { (l.text("watch-sequence")) } }
                    th scope="col" { (l.text("watch-version")) }
                } }
                tbody {
                    @for replica in &status.replicas {
                        tr {
                            th scope="row" {
                                (replica.name)
                                @if replica.replica_id == status.replica_id { " " span .muted { (l.text("watch-this-one")) } }
                            }
                            td { @match replica {
                                replica if replica.stale => { span .badge.no { (l.text("watch-state-silent")) } }
                                replica if replica.draining => { span .badge.warn { (l.text("watch-state-draining")) } }
                                _ => { span .badge.yes { (l.text("watch-state-running")) } }
                            } }
                            td { @if let Some(seen) = &replica.last_seen_at { (moment::time(l, seen, &at.zone)) } }
                            td { @if let Some(started) = &replica.started_at { (moment::time(l, started, &at.zone)) } }
                            @if has_sequences { td .number { (whole(l, replica.sequence)) } }
                            td { (replica.version) }
                        }
                    }
                }
            }
        }
        @if let Some(read_at) = status.replicas_read_at.as_ref().filter(|_| !status.store_readable) {
            p .help { (l.text("watch-replicas-read")) " " (moment::time(l, read_at, &at.zone)) }
        }
    }
}

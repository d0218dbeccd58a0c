//! What a call costs by what is in it, and what accounts take in memory and at the start.

use std::path::Path;
use std::time::Instant;

use tamis_engine::{Account, Workflow};
use tamis_loadtest::report::least_squares::{self, Column, FitError, LinearFit};
use tamis_loadtest::report::model::{CostModel, CostRow, IndexRow, Memory, ProcessRow};
use tamis_loadtest::report::statistics::Spread;
use tamis_loadtest::{Schedule, Shape};

use super::bench::{Bench, Run};
use super::server::{Server, Serves, import, new_store, store_bytes};
use super::throughput::{Concurrency, TAMIS};
use super::workload::{self, Cell, Workload, as_number};
use crate::remote;

/// Times that workflows have their phrases, for memory per phrase apart from that per workflow.
const PHRASE_TIMES: [usize; 2] = [1, 3];
/// Seconds that a server takes to start and to stop, about, for the time that is announced.
const RESTART_S: f64 = 0.3;
/// Workflows that are imported, or built several times over, in a second, about.
const WORKFLOWS_PER_S: f64 = 10_000.0;

/// What was measured, cell by cell and process by process.
#[derive(Debug, Default)]
pub(super) struct Costs {
    cells: Vec<CostRow>,
    indexes: Vec<IndexRow>,
    processes: Vec<ProcessRow>,
    caveats: Vec<String>,
}

/// Seconds of one size.
fn size_s(bench: &Bench, size: usize) -> f64 {
    let extent = &bench.settings.extent;
    let cells = extent.message_bytes.len() * extent.match_classes;
    size_start_s(bench, size) + as_number(cells) * bench.run_s(extent.cell_s)
}

fn size_start_s(bench: &Bench, size: usize) -> f64 {
    RESTART_S * as_number(bench.settings.extent.repeats + 1) + 3.0 * as_number(size) / WORKFLOWS_PER_S
}

/// Seconds that [`measure`] takes, for a user who has so many workflows.
pub(super) fn measure_s(bench: &Bench, workflows: usize) -> f64 {
    let extent = &bench.settings.extent;
    let sizes: f64 = extent.sizes_for(workflows).into_iter().map(|size| size_s(bench, size)).sum();
    let accounts: f64 =
        extent.accounts_for(workflows).map(|accounts| accounts_s(bench, accounts, workflows)).sum();
    sizes + accounts
}

fn accounts_s(bench: &Bench, accounts: usize, workflows: usize) -> f64 {
    size_start_s(bench, accounts * workflows) + 0.01 * as_number(accounts)
}

/// Measures accounts of several sizes, and several accounts.
///
/// # Errors
/// A server cannot be started, written to or put under load.
pub(super) fn measure(bench: &Bench, workload: &Workload, concurrency: Concurrency) -> anyhow::Result<Costs> {
    let extent = &bench.settings.extent;
    let mut costs = Costs::default();
    for size in extent.sizes_for(workload.workflows.len()) {
        costs.size(bench, workload, size, concurrency)?;
    }
    for accounts in extent.accounts_for(workload.workflows.len()) {
        costs.accounts(bench, workload, accounts)?;
    }
    Ok(costs)
}

impl Costs {
    fn size(
        &mut self,
        bench: &Bench,
        workload: &Workload,
        size: usize,
        concurrency: Concurrency,
    ) -> anyhow::Result<()> {
        bench.part(&format!("memory, build and start-up: {size} workflows"), size_start_s(bench, size));
        let workflows = workload.sized(size);
        for times in PHRASE_TIMES {
            self.index(bench, workload, &workload::with_phrases(&workflows, times))?;
        }
        let store = new_store(bench, &format!("size-{size}"));
        Server::start(bench, Serves::Store(&store), bench.server_threads())?
            .import(&workload.account, &workflows)?;
        let server = self.started(bench, &store, 1, size)?;
        let index = workload.index(&workflows)?;
        let extent = &bench.settings.extent;
        for bytes in extent.message_bytes {
            let cells = workload.cells(&index, *bytes, extent.match_classes);
            if cells.is_empty() {
                self.caveats
                    .push("no request has a message, so that the length of texts does not vary".to_owned());
                break;
            }
            for cell in &cells {
                let seen =
                    format!("{size} workflows, {:.0} bytes, {:.1} matches", cell.text_bytes, cell.matches);
                bench.part(&format!("cost: {seen}"), bench.run_s(extent.cell_s));
                self.cell(bench, &server, size, cell, concurrency)?;
            }
        }
        drop(server);
        remove(&store);
        Ok(())
    }

    fn cell(
        &mut self,
        bench: &Bench,
        server: &Server,
        size: usize,
        cell: &Cell,
        (connections, streams): Concurrency,
    ) -> anyhow::Result<()> {
        let run = Run {
            id: format!("cost {size} workflows, {:.0} bytes, {:.1} matches", cell.text_bytes, cell.matches),
            what: TAMIS,
            server,
            requests: &cell.requests,
            schedule: Schedule::ClosedLoop,
            shape: Shape::Unary,
            connections,
            streams,
            seconds: bench.settings.extent.cell_s,
            saves: None,
        };
        let (point, _) = bench.run(run)?;
        if let Some(server_cpu_us) = point.server_cpu_us.filter(|_| point.calls > 0) {
            let (workflows, text_bytes, matches) = (as_number(size), cell.text_bytes, cell.matches);
            self.cells.push(CostRow { workflows, text_bytes, matches, server_cpu_us, point: point.id });
        }
        Ok(())
    }

    /// Builds an index several times over.
    fn index(&mut self, bench: &Bench, workload: &Workload, workflows: &[Workflow]) -> anyhow::Result<()> {
        let phrases = workload::phrases(workflows);
        let is_known = |row: &IndexRow| row.workflows == workflows.len() && row.phrases == phrases;
        if self.indexes.iter().any(is_known) {
            return Ok(());
        }
        let (mut times_us, mut index_bytes) = (Vec::new(), 0);
        for _ in 0..bench.settings.extent.repeats {
            let definitions = workload.definitions(workflows);
            let started = Instant::now();
            let index = definitions.compile()?;
            times_us.push(started.elapsed().as_secs_f64() * 1e6);
            index_bytes = index.memory_usage();
        }
        if let Some(build_us) = Spread::of(&times_us) {
            self.indexes.push(IndexRow { workflows: workflows.len(), phrases, index_bytes, build_us });
        }
        Ok(())
    }

    /// Starts a server on a store several times over; returns the last of them.
    fn started(
        &mut self,
        bench: &Bench,
        store: &Path,
        accounts: usize,
        workflows: usize,
    ) -> anyhow::Result<Server> {
        let mut times_ms = Vec::new();
        for _ in 1..bench.settings.extent.repeats {
            times_ms.push(Server::start(bench, Serves::Store(store), bench.server_threads())?.start_ms);
        }
        let server = Server::start(bench, Serves::Store(store), bench.server_threads())?;
        times_ms.push(server.start_ms);
        if let (Some(start_ms), Some(resident_bytes)) = (Spread::of(&times_ms), server.resident_bytes()) {
            let store_bytes = store_bytes(store);
            self.processes.push(ProcessRow { accounts, workflows, resident_bytes, start_ms, store_bytes });
        }
        Ok(server)
    }

    fn accounts(&mut self, bench: &Bench, workload: &Workload, accounts: usize) -> anyhow::Result<()> {
        let workflows = workload.workflows.len();
        bench.part(
            &format!("memory and start-up: {accounts} accounts"),
            accounts_s(bench, accounts, workflows),
        );
        let store = new_store(bench, &format!("accounts-{accounts}"));
        {
            let server = Server::start(bench, Serves::Store(&store), bench.server_threads())?;
            remote::block_on(async {
                let channel = server.connect().await?;
                for number in 0..accounts {
                    let account = Account { id: format!("account-{number}"), ..workload.account.clone() };
                    import(channel.clone(), &account, &workload.workflows).await?;
                }
                Ok(())
            })?;
        }
        drop(self.started(bench, &store, accounts, accounts * workflows)?);
        remove(&store);
        Ok(())
    }

    /// The cost model.
    pub(super) fn cost_model(&self) -> CostModel {
        let column = |of: fn(&CostRow) -> f64| self.cells.iter().map(of).collect::<Vec<f64>>();
        let columns = [
            ("transport", column(|_| 1.0)),
            ("workflows", column(|row| row.workflows)),
            ("text_bytes", column(|row| row.text_bytes)),
            ("matches", column(|row| row.matches)),
        ];
        let (fit, mut caveats) = fitted(columns.to_vec(), &column(|row| row.server_cpu_us));
        caveats.extend(self.caveats.iter().take(1).cloned());
        CostModel { rows: self.cells.clone(), fit, caveats }
    }

    /// Memory, build time and start-up.
    pub(super) fn memory(&self) -> Memory {
        let column = |of: fn(&IndexRow) -> usize| {
            self.indexes.iter().map(|row| as_number(of(row))).collect::<Vec<f64>>()
        };
        let columns = [
            ("account", column(|_| 1)),
            ("workflows", column(|row| row.workflows)),
            ("phrases", column(|row| row.phrases)),
        ];
        let (index_fit, mut caveats) = fitted(columns.to_vec(), &column(|row| row.index_bytes));
        let column = |of: fn(&ProcessRow) -> usize| {
            self.processes.iter().map(|row| as_number(of(row))).collect::<Vec<f64>>()
        };
        let columns = [
            ("process", column(|_| 1)),
            ("accounts", column(|row| row.accounts)),
            ("workflows", column(|row| row.workflows)),
        ];
        let resident = column(|row| usize::try_from(row.resident_bytes).unwrap_or(usize::MAX));
        let (process_fit, more) = fitted(columns.to_vec(), &resident);
        caveats.extend(more);
        Memory {
            indexes: self.indexes.clone(),
            index_fit,
            processes: self.processes.clone(),
            process_fit,
            caveats,
        }
    }
}

/// A fit by the columns that vary apart from the others, and what was left out.
fn fitted(mut columns: Vec<Column<'_>>, values: &[f64]) -> (Option<LinearFit>, Vec<String>) {
    let mut caveats = Vec::new();
    loop {
        match least_squares::fit(&columns, values) {
            Ok(fit) => return (Some(fit), caveats),
            Err(FitError::Collinear(name)) => {
                caveats.push(format!(
                    "`{name}` does not vary apart from the others here, and is left out of the fit"
                ));
                columns.retain(|(column, _)| *column != name);
            }
            Err(error) => {
                caveats.push(format!("nothing was fitted: {error}"));
                return (None, caveats);
            }
        }
    }
}

/// Removes a store that is done with; the temporary folder goes in the end anyway.
fn remove(store: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = store.as_os_str().to_owned();
        name.push(ending);
        // There may be no such file.
        let _ = std::fs::remove_file(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_vary_is_left_out_and_it_is_said() {
        let one = vec![1.0; 5];
        let columns =
            vec![("transport", one.clone()), ("text_bytes", one), ("matches", vec![0.0, 1.0, 2.0, 3.0, 4.0])];
        let (fit, caveats) = fitted(columns, &[5.0, 6.0, 7.0, 8.0, 9.0]);
        let fit = fit.expect("the others are fitted");
        assert!(fit.coefficient("text_bytes").is_none());
        assert!((fit.coefficient("matches").expect("it is fitted").value - 1.0).abs() < 1e-9);
        assert!(
            matches!(caveats.as_slice(), [one] if one.starts_with("`text_bytes` does not vary")),
            "{caveats:?}"
        );
    }

    #[test]
    fn without_enough_rows_nothing_is_fitted_and_it_is_said() {
        let (fit, caveats) = fitted(vec![("transport", vec![1.0])], &[5.0]);
        assert_eq!(fit, None);
        assert!(matches!(caveats.as_slice(), [one] if one.starts_with("nothing was fitted")), "{caveats:?}");
    }
}

//! Serves decisions over gRPC, and keeps the accounts and workflows that they are made by.
//!
//! [`serve`](serve()) runs the whole of it: it opens the store, loads every account into the [`Catalog`], and answers
//! `tamis.v1.DecisionService`, `WorkflowService` and `AccountService` with health and reflection beside them.
//!
//! When *not* to use it: in a process that only needs to know which workflows match a change. The engine answers that
//! without a server.

pub mod baseline;
mod catalog;
mod clock;
mod config;
mod convert;
pub mod demo;
pub mod direct;
mod grpc;
mod health;
mod identity;
pub mod keys;
mod limits;
pub mod maintenance;
mod observe;
pub mod offline;
mod serve;
pub mod simulate;
mod status;

pub use catalog::{Catalog, LoadError, Loaded, Quotas, Snapshot};
pub use config::{Config, ConfigError, Console, Listen, ListenError, Runtime, Security, Transport};
pub use identity::certificate::{ClientRole, ClientRoleError};
pub use identity::{Accounts, Role, RoleError};
pub use observe::{DecisionLog, LogTarget, Observe, ObserveError, Traces};
pub use serve::{Addresses, ServeError, serve};
pub use tamis_store::{Location, LocationError};

//! The console as people see it: in a browser, on a service of its own with the demo's account.
//!
//! Chromium and its driver (Debian's packages `chromium` and `chromium-driver`) are looked for, and without them these tests say so and
//! pass; with `TAMIS_TEST_BROWSER=required`, as in CI, they fail. `TAMIS_TEST_AXE` has the path of axe-core's `axe.min.js`, by which
//! the pages' accessibility is checked. Pictures of the pages are left in `target/screenshots`.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod history;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod simulating;
#[cfg(test)]
mod trying;
#[cfg(test)]
mod watching;
#[cfg(test)]
mod writing;

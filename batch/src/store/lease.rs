//! The lease: one run at a time writes decisions and transfers, and a token that only grows fences off the others.

use std::sync::atomic::{AtomicU64, Ordering};

use tributary_shared::time::Timestamp;

use super::{Row, Store, StoreError, Value};
use crate::error::Error;

/// How long a lease lasts unless it is renewed. A run that died on another machine blocks the next for this long.
const LEASE_SECONDS: i64 = 60;

/// How many leases this process has asked for.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// A held lease.
#[derive(Debug, Clone)]
pub struct Lease {
    /// Greater than that of any run before; it is also the run's id.
    pub token: i64,
    holder: String,
    renewed_at: Timestamp,
}

/// Who this process is, so that it can be told whether a holder on this machine still lives.
fn own_name() -> String {
    let pid = std::process::id();
    // Numbered, so that the same process is not taken for one whose answer got lost.
    let number = TAKEN.fetch_add(1, Ordering::Relaxed);
    format!("{}/{pid}/{}/{number}", host(), started(pid).unwrap_or_default())
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"))
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty())
        // Two containers of one machine count their processes each for itself.
        .and_then(|boot| Some(format!("{boot}:{}", std::fs::read_link("/proc/self/ns/pid").ok()?.display())))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// When a process began, in ticks since boot: field 22 of `/proc/PID/stat` (proc(5)).
fn started(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in field 2 may hold blanks and brackets; it ends with the last bracket.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    // A process that died and was not waited for yet still has its row.
    let state = fields.next()?;
    if matches!(state, "Z" | "X") { None } else { fields.nth(18).map(str::to_owned) }
}

/// Whether a holder was a process of this machine and is no more.
fn is_dead(holder: &str) -> bool {
    let mut parts = holder.splitn(4, '/');
    let (Some(machine), Some(pid), Some(began)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_here = machine == host() && machine != "unknown" && !began.is_empty();
    is_here && pid.parse().is_ok_and(|pid: u32| started(pid).as_deref() != Some(began))
}

impl Lease {
    /// Takes the lease; refused while another run that may live holds it.
    pub fn take(store: &mut dyn Store, now: Timestamp) -> Result<Self, Error> {
        let holder = own_name();
        let held = store.rows(include_str!("sql/lease_holder.sql"), &[])?;
        let dead =
            held.first().map(|row| row.text(0)).transpose()?.filter(|holder| is_dead(holder)).unwrap_or_default();
        let taken = store.rows(
            include_str!("sql/lease_take.sql"),
            &[
                holder.as_str().into(),
                now.unix_seconds().into(),
                (now.unix_seconds() + LEASE_SECONDS).into(),
                dead.into(),
            ],
        )?;
        match taken.first() {
            Some(row) => Ok(Self { token: row.integer(0)?, holder, renewed_at: now }),
            None => Err(Error::LeaseHeld { holder: held_by(&store.rows(include_str!("sql/lease_holder.sql"), &[])?)? }),
        }
    }

    /// Keeps the lease, if a quarter of it has passed; an error if another run has taken it.
    pub fn keep(&mut self, store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
        if now.seconds_since(self.renewed_at) < LEASE_SECONDS / 4 {
            return Ok(());
        }
        let until = Value::from(now.unix_seconds() + LEASE_SECONDS);
        if store.write(include_str!("sql/lease_keep.sql"), &[self.token.into(), until])? == 0 {
            return Err(self.lost(store)?);
        }
        self.renewed_at = now;
        Ok(())
    }

    /// An error if another run has taken the lease.
    pub fn check(&self, store: &mut dyn Store) -> Result<(), Error> {
        let held = store.rows(include_str!("sql/lease_holder.sql"), &[])?;
        let token = held.first().map(|row| row.integer(1)).transpose()?;
        if token == Some(self.token) { Ok(()) } else { Err(self.lost(store)?) }
    }

    /// Gives the lease back, so that the next run need not wait.
    pub fn give_back(self, store: &mut dyn Store) -> Result<(), StoreError> {
        store.write(include_str!("sql/lease_keep.sql"), &[self.token.into(), 0.into()]).map(|_| ())
    }

    fn lost(&self, store: &mut dyn Store) -> Result<Error, StoreError> {
        let holder = held_by(&store.rows(include_str!("sql/lease_holder.sql"), &[])?)?;
        Ok(Error::LeaseHeld { holder: if holder.is_empty() { self.holder.clone() } else { holder } })
    }
}

fn held_by(rows: &[Row]) -> Result<String, StoreError> {
    Ok(rows.first().map(|row| row.text(0)).transpose()?.unwrap_or_default().to_owned())
}

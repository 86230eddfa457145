//! The merchant's pages.

mod home;
mod mail;
mod orders;
mod partners;
mod rules;

pub(crate) use home::{Home, LastRun, Look};
pub(crate) use mail::{Mail, MailRow, MailText, MailTexts};
pub(crate) use orders::{Effect, EventRow, LineRow, OrderCard, OrderRow, Orders, TransferRow};
pub(crate) use partners::{EntryRow, LinkRow, PartnerCard, PartnerForm, PartnerNew, PartnerRow, Partners};
pub(crate) use rules::{ProductRow, Products, ProgramRow, Programs, TierRow};

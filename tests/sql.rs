//! Every SQL statement is prepared on SQLite with all migrations applied: a misspelt column fails here, not at night.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tributary_tests::root;

#[path = "../edge/src/store/squeeze.rs"]
mod squeeze;

/// D1's longest statement.
const STATEMENT_BYTES_MAX: usize = 100_000;

/// The most parameters that D1 binds.
const PARAMETERS_MAX: usize = 100;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn migrated() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for migration in files(&root().join("migrations")) {
        connection
            .execute_batch(&fs::read_to_string(&migration).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", migration.display()));
    }
    connection
}

#[test]
fn every_statement_is_prepared_and_within_the_limits_of_d1() {
    let connection = migrated();
    let mut count = 0;
    for folder in ["edge/src/store/sql", "batch/src/store/sql"] {
        for file in files(&root().join(folder)) {
            let sql = fs::read_to_string(&file).unwrap();
            let statement = connection.prepare(&sql).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            assert!(statement.parameter_count() <= PARAMETERS_MAX, "{}", file.display());
            assert!(sql.len() <= STATEMENT_BYTES_MAX, "{}", file.display());
            // The REST API's rows lose columns of one name.
            let columns: Vec<&str> = statement.column_names().collect();
            let names: std::collections::HashSet<&&str> = columns.iter().collect();
            assert_eq!(names.len(), columns.len(), "{}: {columns:?}", file.display());
            count += 1;
        }
    }
    assert!(count > 60, "{count} statements are too few: were the folders moved?");
}

#[test]
fn a_statement_of_the_worker_is_the_same_without_what_people_read() {
    let connection = migrated();
    let store: String = files(&root().join("edge/src/store"))
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    // Some of the batch's are the Worker's as well.
    let shared: Vec<PathBuf> = store
        .split("sql!(batch \"")
        .skip(1)
        .map(|rest| root().join("batch/src/store/sql").join(rest.split('"').next().unwrap()))
        .collect();
    assert!(!shared.is_empty(), "was the macro renamed?");
    for file in files(&root().join("edge/src/store/sql")).into_iter().chain(shared) {
        let written = fs::read_to_string(&file).unwrap();
        let mut sent = vec![0; squeeze::squeezed_len(&written)];
        squeeze::write(written.as_bytes(), &mut sent);
        let sent = String::from_utf8(sent).unwrap();
        let code = |sql: &str| -> Vec<(String, i32, i32, i32, String)> {
            let mut steps = connection.prepare(&format!("EXPLAIN {sql}")).unwrap();
            let unbound = vec![rusqlite::types::Null; steps.parameter_count()];
            let steps = steps.query_map(rusqlite::params_from_iter(unbound), |row| {
                // The fourth may be a text, a number or nothing.
                Ok((row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, format!("{:?}", row.get_ref(5)?)))
            });
            steps.unwrap().collect::<Result<_, _>>().unwrap()
        };
        assert_eq!(code(&sent), code(&written), "{}: {sent}", file.display());
        let names =
            |sql: &str| -> Vec<String> { connection.prepare(sql).unwrap().column_names().map(str::to_owned).collect() };
        assert_eq!(names(&sent), names(&written), "{}: {sent}", file.display());
    }
}

#[test]
fn the_ledger_refuses_to_be_changed() {
    let connection = migrated();
    connection
        .execute_batch(
            "INSERT INTO orders (external_id) VALUES ('1');
             INSERT INTO run (id, as_of, started_at) VALUES (1, 0, 0);
             INSERT INTO decision (id, order_id, revision, run_id, decided_at, outcome, steps, booked, booked_minor)
               VALUES (1, 1, 1, 1, 0, 'unattributed', '[]', 0, 0);
             INSERT INTO transfer VALUES (64, 9, 10, 100, 'EUR', 'accrual', 1, 0, 0);
             INSERT INTO order_event VALUES (1, 1, 'api', 'x', 0, 0, printf('%064d', 0), '{}');",
        )
        .unwrap();
    for change in [
        "UPDATE transfer SET amount_minor = 1",
        "DELETE FROM transfer",
        "UPDATE decision SET outcome = 'credited'",
        "DELETE FROM decision",
        "UPDATE order_event SET body = '{}'",
    ] {
        let error = connection.execute(change, []).unwrap_err().to_string();
        assert!(
            error.contains("append-only") || error.contains("immutable") || error.contains("never changed"),
            "{change}: {error}"
        );
    }
    for amount in ["0", "-1", "9007199254740992"] {
        let insert = format!("INSERT INTO transfer VALUES (65, 9, 10, {amount}, 'EUR', 'accrual', 1, 0, 0)");
        assert!(connection.execute(&insert, []).is_err(), "{amount}");
    }
}

#[test]
fn no_statement_of_the_night_the_redirect_or_a_page_reads_a_growing_table_whole() {
    let connection = migrated();
    // Statements that are run for every order, click, page or idle night. Those that read a table on purpose are not among them.
    for file in [
        "edge/src/store/sql/link_by_code.sql",
        "edge/src/store/sql/links_unprojected.sql",
        "edge/src/store/sql/key_by_hash.sql",
        "edge/src/store/sql/keys_of_partner.sql",
        "edge/src/store/sql/key_of_partner_insert.sql",
        "edge/src/store/sql/keys_of_merchant.sql",
        "edge/src/store/sql/key_of_merchant_insert.sql",
        "edge/src/store/sql/key_of_merchant_revoke.sql",
        "edge/src/store/sql/key_of_partner_revoke.sql",
        "edge/src/store/sql/partner_own.sql",
        "edge/src/store/sql/partner_without_login.sql",
        "edge/src/store/sql/api_answer.sql",
        "edge/src/store/sql/api_answers_prune.sql",
        "edge/src/store/sql/affiliate_claim.sql",
        "edge/src/store/sql/order_id.sql",
        "edge/src/store/sql/list_orders.sql",
        "edge/src/store/sql/list_partners.sql",
        "edge/src/store/sql/list_products.sql",
        "edge/src/store/sql/list_links.sql",
        "edge/src/store/sql/list_contacts.sql",
        "edge/src/store/sql/list_coupons.sql",
        "edge/src/store/sql/list_accruals.sql",
        "edge/src/store/sql/list_payouts.sql",
        "edge/src/store/sql/list_stats.sql",
        "edge/src/store/sql/list_stats_clicks.sql",
        "batch/src/store/sql/partner_id.sql",
        "edge/src/store/sql/order_currency.sql",
        "edge/src/store/sql/order_event_hash.sql",
        "edge/src/store/sql/groups_prune.sql",
        "edge/src/store/sql/session_find.sql",
        "edge/src/store/sql/account_by_login.sql",
        "edge/src/store/sql/login_failures.sql",
        "edge/src/store/sql/order_events.sql",
        "edge/src/store/sql/desk_orders.sql",
        "edge/src/store/sql/targets_latest.sql",
        "edge/src/store/sql/table_programs.sql",
        "edge/src/store/sql/table_people.sql",
        "edge/src/store/sql/table_hooks.sql",
        "edge/src/store/sql/table_counter.sql",
        "edge/src/store/sql/table_missed.sql",
        "edge/src/store/sql/desk_orders_of.sql",
        "edge/src/store/sql/order_decision.sql",
        "edge/src/store/sql/order_transfers.sql",
        "edge/src/store/sql/orders_page.sql",
        "edge/src/store/sql/orders_held.sql",
        "edge/src/store/sql/orders_named.sql",
        "edge/src/store/sql/account_balances.sql",
        "edge/src/store/sql/account_months.sql",
        "edge/src/store/sql/account_orders.sql",
        "edge/src/store/sql/account_entries.sql",
        "edge/src/store/sql/account_entries_between.sql",
        "edge/src/store/sql/account_opening.sql",
        "edge/src/store/sql/balances_page.sql",
        "edge/src/store/sql/accruals_page.sql",
        "edge/src/store/sql/accruals_piece_end.sql",
        "edge/src/store/sql/accruals_of_receiver_page.sql",
        "edge/src/store/sql/payout_history_of.sql",
        "edge/src/store/sql/payouts_of_partner.sql",
        "edge/src/store/sql/payouts_prepared.sql",
        "edge/src/store/sql/payouts_post.sql",
        "edge/src/store/sql/payouts_book.sql",
        "edge/src/store/sql/payouts_finish.sql",
        "edge/src/store/sql/receiver.sql",
        "edge/src/store/sql/receiver_requisites.sql",
        "edge/src/store/sql/report_clicks.sql",
        "edge/src/store/sql/report_visits.sql",
        "edge/src/store/sql/report_links_of_partner.sql",
        "edge/src/store/sql/report_touches.sql",
        "edge/src/store/sql/report_commission.sql",
        "edge/src/store/sql/report_touch_sums.sql",
        "edge/src/store/sql/touch_sub_ids.sql",
        "edge/src/store/sql/table_orders.sql",
        "edge/src/store/sql/table_partners.sql",
        "edge/src/store/sql/table_balances.sql",
        "edge/src/store/sql/table_payouts.sql",
        "edge/src/store/sql/table_audit.sql",
        "edge/src/store/sql/clicks_by_day.sql",
        "edge/src/store/sql/clicks_of_links.sql",
        "edge/src/store/sql/clicks_of_links_by_day.sql",
        "edge/src/store/sql/partner_links.sql",
        "edge/src/store/sql/partner_link.sql",
        "edge/src/store/sql/partner_program.sql",
        "edge/src/store/sql/partner_link_ids.sql",
        "edge/src/store/sql/product_links.sql",
        "edge/src/store/sql/account_confirm.sql",
        "edge/src/store/sql/move_audit_insert.sql",
        "edge/src/store/sql/move_partner.sql",
        "edge/src/store/sql/move_account.sql",
        "edge/src/store/sql/move_others_delete.sql",
        "edge/src/store/sql/partner_card.sql",
        "edge/src/store/sql/partner_move.sql",
        "edge/src/store/sql/audit_page.sql",
        "edge/src/store/sql/requisites_of_account.sql",
        "edge/src/store/sql/program_card.sql",
        "edge/src/store/sql/trial_products.sql",
        "edge/src/store/sql/trial_coupons.sql",
        "edge/src/store/sql/contact_evidence.sql",
        "edge/src/store/sql/contacts_page.sql",
        "edge/src/store/sql/contacts_named.sql",
        "edge/src/store/sql/contact_card.sql",
        "edge/src/store/sql/contact_touches_card.sql",
        "batch/src/store/sql/contact_hand_insert.sql",
        "edge/src/store/sql/product_pages.sql",
        "edge/src/store/sql/product_pages_delete.sql",
        "edge/src/store/sql/materials.sql",
        "edge/src/store/sql/products_shown.sql",
        "edge/src/store/sql/customers_of_partner.sql",
        "edge/src/store/sql/order_insert.sql",
        "edge/src/store/sql/order_event_insert.sql",
        "edge/src/store/sql/order_alias_events_copy.sql",
        "edge/src/store/sql/ruling_insert.sql",
        "edge/src/store/sql/browser_order_insert.sql",
        "edge/src/store/sql/browser_orders_unconfirmed.sql",
        "edge/src/store/sql/hook_tell_partners.sql",
        "edge/src/store/sql/hook_tell_approvals.sql",
        "edge/src/store/sql/hook_tell_contacts.sql",
        "edge/src/store/sql/hook_tell_decisions.sql",
        "edge/src/store/sql/hook_tell_accruals.sql",
        "edge/src/store/sql/hook_tell_payable.sql",
        "edge/src/store/sql/hook_tell_payouts.sql",
        "edge/src/store/sql/hook_ignored_latest.sql",
        "edge/src/store/sql/hook_ignored_prune.sql",
        "edge/src/store/sql/import_files_prune.sql",
        "edge/src/store/sql/import_orders_known.sql",
        "edge/src/store/sql/import_partner_codes.sql",
        "edge/src/store/sql/import_order_currencies.sql",
        "edge/src/store/sql/import_event_hashes.sql",
        "edge/src/store/sql/import_products.sql",
        "edge/src/store/sql/import_product_versions.sql",
        "batch/src/store/sql/order_snapshots_insert.sql",
        "edge/src/store/sql/hook_ripen.sql",
        "edge/src/store/sql/hook_wither.sql",
        "edge/src/store/sql/hook_lease.sql",
        "edge/src/store/sql/hook_note.sql",
        "edge/src/store/sql/hook_prune.sql",
        "edge/src/store/sql/hook_log.sql",
        "edge/src/store/sql/hook_log_of_partner.sql",
        "edge/src/store/sql/hook_resend.sql",
        "edge/src/store/sql/mail_text.sql",
        "edge/src/store/sql/mail_to_partner.sql",
        "edge/src/store/sql/mails_failed.sql",
        "batch/src/store/sql/mail_lease.sql",
        "batch/src/store/sql/orders_any_undecided.sql",
        "batch/src/store/sql/orders_undecided.sql",
        "batch/src/store/sql/order_by_external_id.sql",
        "batch/src/store/sql/contact_touches.sql",
        "batch/src/store/sql/touches_of_visitors.sql",
        "batch/src/store/sql/transfers_of_orders.sql",
        "batch/src/store/sql/decision_latest.sql",
        "batch/src/store/sql/decision_last_id.sql",
        "batch/src/store/sql/transfers_insert.sql",
        "batch/src/store/sql/transfers_page.sql",
        "batch/src/store/sql/contact_touches_of_email.sql",
        "batch/src/store/sql/contact_touches_of_external_id.sql",
        "batch/src/store/sql/touches_of_visitor.sql",
        "batch/src/store/sql/touches_beside_touch.sql",
        "batch/src/store/sql/order_series.sql",
        "batch/src/store/sql/posting_by_cause.sql",
        "batch/src/store/sql/posting_transfers_insert.sql",
        "batch/src/store/sql/account_sums.sql",
        "batch/src/store/sql/balances_of_account.sql",
        "batch/src/store/sql/account_entries.sql",
        "batch/src/store/sql/requisites_of_accounts.sql",
        "batch/src/store/sql/rule_changes.sql",
        "batch/src/store/sql/mail_any_due.sql",
        "batch/src/store/sql/mail_sent.sql",
        "batch/src/store/sql/mail_later.sql",
        "batch/src/store/sql/mail_fail.sql",
        "batch/src/store/sql/mail_retry.sql",
        "batch/src/store/sql/mails_retry.sql",
        "batch/src/store/sql/mails_failed.sql",
        "batch/src/store/sql/letter_round_latest.sql",
        "batch/src/store/sql/letter_outcomes.sql",
        "batch/src/store/sql/letter_held.sql",
        "batch/src/store/sql/letter_totals.sql",
        "batch/src/store/sql/letter_accruals.sql",
        "batch/src/store/sql/letter_entries.sql",
        "batch/src/store/sql/letter_partners.sql",
        "batch/src/store/sql/letter_payouts.sql",
        "batch/src/store/sql/letter_payouts_of.sql",
        "batch/src/store/sql/letter_details.sql",
    ] {
        let sql = fs::read_to_string(root().join(file)).unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = statement.parameter_count();
        let steps: Vec<String> = statement
            .query_map(rusqlite::params_from_iter(vec!["[]"; parameters]), |row| row.get::<_, String>(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for step in steps {
            let is_whole_table = step.starts_with("SCAN ")
                && !step.contains("json_each")
                && !step.contains("VIRTUAL TABLE")
                && !step.contains("USING INDEX")
                && !step.contains("USING COVERING INDEX")
                && !step.contains("CONSTANT ROW")
                // What a subquery found, by an index of its own.
                && !["page", "entry", "known", "receiver", "(subquery", "part", "booked", "told", "share", "weighed"]
                    .iter()
                    .any(|found| step.starts_with(&format!("SCAN {found}")));
            assert!(!is_whole_table, "{file}: {step}");
        }
    }
}

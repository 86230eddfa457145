//! The outbox, and the texts of letters.

use tributary_shared::mail::{Kind, LANGUAGES, Letter, Text, TextError};

use crate::clock;
use crate::http::site::letters;
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, html, letter, to};
use crate::pages::admin as pages;
use crate::pages::frame::{Frame, Tone};
use crate::post;
use crate::store::history::{self, Change};
use crate::store::mails;

/// The outbox.
pub(in crate::http::site) async fn mail(visit: &Visit<'_>) -> Shown {
    let only_failed = visit.query("show") == "failed";
    let rows = mails::mails(visit.env, only_failed)
        .await?
        .into_iter()
        .map(|row| pages::MailRow {
            id: row.id,
            at: row.created_at,
            to: row.recipient,
            subject: row.subject,
            // A link that logs in is for whoever it was mailed to. In the demo, and in tests, there is nobody else.
            body: if is_local(visit) { row.body } else { without_links(&row.body) },
            state: match (row.sent_at, row.failed_at) {
                (Some(_), _) => "sent",
                (None, Some(_)) => "failed",
                (None, None) => "waiting",
            },
            problem: row.problem,
        })
        .collect();
    let is_sent_here = post::is_configured(visit.env);
    Ok(html(200, &pages::Mail { frame: visit.frame(visit.t("mail-title")), rows, only_failed, is_sent_here })?)
}

/// Whether this is a Worker on somebody's own machine.
fn is_local(visit: &Visit<'_>) -> bool {
    visit.url.host_str().is_some_and(|host| host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost"))
}

fn without_links(body: &str) -> String {
    body.lines().map(|line| if line.contains("/login/") { "…/login/…" } else { line }).collect::<Vec<_>>().join("\n")
}

/// Makes a mail due again that failed for good.
pub(in crate::http::site) async fn resend(visit: &Visit<'_>) -> Shown {
    let id = visit.field("id").parse::<i64>().map_err(|_| Refusal::NotFound)?;
    let subject = id.to_string();
    change(visit, &[mails::retry(id, visit.now)], "mail.resent", &subject, [String::new(), String::new()]).await?;
    Ok(to("/admin/mail?said=mail-due", &[])?)
}

async fn change(
    visit: &Visit<'_>,
    statements: &[history::Prepared],
    what: &'static str,
    subject: &str,
    [before, after]: [String; 2],
) -> Result<(), Refusal> {
    let change = Change { at: visit.now, who: visit.who(), what, subject, before, after };
    history::change(visit.env, statements, None, &change).await?;
    Ok(())
}

/// Which letter a request is about; none, if it is about all of them.
fn asked(kind: &str, language: &str) -> Result<Option<(Kind, &'static str)>, Refusal> {
    if kind.is_empty() {
        return Ok(None);
    }
    let language = LANGUAGES.into_iter().find(|known| *known == language).ok_or(Refusal::NotFound)?;
    Ok(Some((Kind::parse(kind).ok_or(Refusal::NotFound)?, language)))
}

/// The list of letters, or one of them to be edited.
pub(in crate::http::site) async fn texts(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("letters-title"));
    let Some((kind, language)) = asked(&visit.query("kind"), &visit.query("language"))? else {
        let own = mails::own_texts(visit.env).await?;
        let is_own = |kind: Kind, language: &str| own.iter().any(|(k, l)| k == kind.as_str() && l == language);
        let row = |kind: Kind| (kind.as_str(), LANGUAGES.map(|language| (language, is_own(kind, language))).to_vec());
        return Ok(html(200, &pages::MailTexts { frame, rows: Kind::ALL.map(row).to_vec() })?);
    };
    let own = mails::text(visit.env, kind, language).await?;
    let is_own = own.is_some();
    show(frame, 200, (kind, language), own.unwrap_or_else(|| Text::ours(kind, language)), is_own, None)
}

fn show(
    frame: Frame,
    status: u16,
    (kind, language): (Kind, &'static str),
    given: Text,
    is_own: bool,
    preview: Option<Letter>,
) -> Shown {
    let page = pages::MailText {
        frame,
        kind: kind.as_str(),
        language,
        subject: given.subject,
        body: given.body,
        fields: kind.samples(),
        is_own,
        preview: preview.map(|letter| (letter.subject, letter.text)),
    };
    Ok(html(status, &page)?)
}

/// Saves a text, shows it filled in, sends it to whoever asks, or lets ours stand again.
pub(in crate::http::site) async fn save_texts(visit: &Visit<'_>) -> Shown {
    let of = asked(visit.field("kind"), visit.field("language"))?.ok_or(Refusal::NotFound)?;
    let (kind, language) = of;
    let name = format!("{}.{language}", kind.as_str());
    let given = Text { subject: visit.field("subject").to_owned(), body: visit.field("body").replace("\r\n", "\n") };
    let back = |said: &str| {
        to(&format!("/admin/mail/texts?kind={}&language={language}&said={said}", kind.as_str()), &[])
            .map_err(Refusal::from)
    };
    let own = mails::text(visit.env, kind, language).await?;
    let is_own = own.is_some();
    let told = |text: Option<&Text>| text.map_or(String::new(), |text| format!("{}\n\n{}", text.subject, text.body));
    let asked = visit.field("do");
    if asked == "reset" {
        let changed = [told(own.as_ref()), String::new()];
        change(visit, &[mails::forget_text(kind, language)], "letter.reset", &name, changed).await?;
        return back("letters-was-reset");
    }
    if let Err(error) = given.check(kind) {
        let problem = match error {
            TextError::Subject => visit.t("problem-letter-subject"),
            TextError::Body => visit.t("problem-letter-body"),
            TextError::Unknown(field) => visit.t1("problem-letter-field", "field", &field),
            TextError::Missing(field) => visit.t1("problem-letter-missing", "field", field),
        };
        let frame = visit.frame_saying(visit.t("letters-title"), Tone::Bad, problem);
        return show(frame, 422, of, given, is_own, None);
    }
    match asked {
        "preview" | "html" | "test" => {
            let filled = letters::filled(visit, &given, language, &kind.samples());
            if asked == "html" {
                return Ok(letter(filled.html)?);
            }
            if asked == "preview" {
                return show(visit.frame(visit.t("letters-title")), 200, of, given, is_own, Some(filled));
            }
            let cause = format!("test/{}", clock::secret());
            let statement = mails::put(&cause, visit.who(), &filled, visit.now);
            change(visit, &[statement], "letter.tested", &name, [String::new(), visit.who().to_owned()]).await?;
            let said = visit.t1("letters-tested", "email", visit.who());
            show(visit.frame_saying(visit.t("letters-title"), Tone::Good, said), 200, of, given, is_own, None)
        }
        _ => {
            let statement = mails::put_text(kind, language, &given, visit.who(), visit.now);
            change(visit, &[statement], "letter.changed", &name, [told(own.as_ref()), told(Some(&given))]).await?;
            back("letters-saved")
        }
    }
}

//! Letters: complete in both languages, and nothing in a field is anything but its words.

use proptest::prelude::*;
use tributary_shared::mail::{BODY_MAX, Field, Kind, LANGUAGES, SUBJECT_MAX, Text, TextError, clean, render};

fn files() -> [(&'static str, &'static str); 2] {
    [("en", include_str!("../locales/mail.en.txt")), ("ru", include_str!("../locales/mail.ru.txt"))]
}

/// What stands between `before` and `after`, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

#[test]
fn every_letter_is_written_in_both_languages_and_is_taken() {
    assert_eq!(files().map(|(language, _)| language), LANGUAGES);
    let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    for (language, file) in files() {
        let mut written = between(file, "== ", "\n");
        let mut wanted = words.clone();
        written.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(written, wanted, "{language}");
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            let text = Text::ours(kind, language);
            assert_eq!(text.check(kind), Ok(()), "{language}: {kind:?}: {text:?}");
        }
    }
    let (english, russian) = (Text::ours(Kind::Report, "en"), Text::ours(Kind::Report, "ru"));
    assert_ne!(english, russian);
    assert_eq!(Text::ours(Kind::Report, "fr"), english, "whoever reads another language reads English");
}

#[test]
fn both_languages_tell_the_same_fields() {
    for kind in Kind::ALL {
        let [english, russian] = LANGUAGES.map(|language| {
            let text = Text::ours(kind, language);
            let mut fields = between(&text.body, "{", "}").into_iter().map(str::to_owned).collect::<Vec<_>>();
            fields.sort_unstable();
            fields.dedup();
            fields
        });
        // A greeting by the merchant's name is the one thing that may differ.
        let without = |fields: Vec<String>| fields.into_iter().filter(|field| field != "merchant").collect::<Vec<_>>();
        assert_eq!(without(english), without(russian), "{kind:?}");
    }
}

#[test]
fn a_preview_leaves_nothing_open() {
    for kind in Kind::ALL {
        assert_eq!(kind.samples().len(), kind.fields().len(), "{kind:?}");
        for language in LANGUAGES {
            let letter = render(&Text::ours(kind, language), language, &kind.samples());
            for side in [&letter.subject, &letter.text, &letter.html] {
                assert!(!between(side, "{", "}").iter().any(|name| kind.has(name)), "{side}");
            }
            for (name, sample) in kind.samples() {
                let is_told = Text::ours(kind, language).body.contains(&format!("{{{name}}}"));
                if is_told && !Field::is_list(name) {
                    assert!(
                        letter.text.contains(sample) && letter.html.contains(sample),
                        "{kind:?} {name}: {letter:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_letter_is_text_and_html_that_say_the_same() {
    let text = Text {
        subject: "{total} for {name}".to_owned(),
        body: "Hello {name},\r\nlook:\n\n{entries}\n\n{cabinet}\n{not a field} {}".to_owned(),
    };
    let fields = [
        ("name", "Ann & \"Bert\" <b>"),
        ("total", "1.00 EUR"),
        ("entries", "- A: 1\n- B: 2"),
        ("cabinet", "https://go.example/partner?a=1&b='2'"),
    ];
    let letter = render(&text, "en", &fields);
    assert_eq!(letter.subject, "1.00 EUR for Ann & \"Bert\" <b>");
    assert_eq!(
        letter.text,
        "Hello Ann & \"Bert\" <b>,\nlook:\n\n- A: 1\n- B: 2\n\nhttps://go.example/partner?a=1&b='2'\n{not a field} {}\n"
    );
    let body = letter.html.split("sans-serif\">\n").nth(1).unwrap().split("</div>").next().unwrap();
    assert_eq!(
        body,
        "<p>Hello Ann &amp; &quot;Bert&quot; &lt;b&gt;,<br>\nlook:</p>\n<ul><li>A: 1</li><li>B: 2</li></ul>\n\
         <p><a href=\"https://go.example/partner?a=1&amp;b=&#39;2&#39;\" style=\"color:#0b5cad;word-break:break-all\">\
         https://go.example/partner?a=1&amp;b=&#39;2&#39;</a><br>\n{not a field} {}</p>\n"
    );
    assert!(
        letter.html.contains("<title>1.00 EUR for Ann &amp; &quot;Bert&quot; &lt;b&gt;</title>"),
        "{}",
        letter.html
    );
}

#[test]
fn only_a_link_leads_anywhere() {
    let text = Text { subject: "{name}".to_owned(), body: "{name} {link} {cabinet}".to_owned() };
    let fields = [
        ("name", "Win now https://evil.example/"),
        ("link", "javascript:alert(1)"),
        ("cabinet", "https://go.example/partner\" onmouseover=\"x"),
    ];
    let letter = render(&text, "en", &fields);
    assert_eq!(letter.subject, "Win now https: evil.example/");
    assert!(letter.text.starts_with("Win now https: evil.example/ "), "{}", letter.text);
    let hrefs = between(&letter.html, "href=\"", "\"");
    assert_eq!(hrefs, ["https://go.example/partner&quot; onmouseover=&quot;x"]);
}

#[test]
fn no_field_of_any_letter_begins_a_header_or_a_line() {
    for breaks in ["\r\n", "\n", "\r", "\r\n\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\0"] {
        let evil = format!("x{breaks}Bcc: eve@example.test{breaks}{breaks}<script>alert(1)</script>");
        for kind in Kind::ALL {
            for name in kind.fields().iter().copied() {
                for language in LANGUAGES {
                    let ours = Text::ours(kind, language);
                    // Where our text does not tell it, the merchant's might.
                    let text = Text {
                        subject: format!("{} {{{name}}}", ours.subject),
                        body: format!("{}\n{{{name}}}", ours.body),
                    };
                    let mut fields = kind.samples();
                    fields.retain(|(other, _)| *other != name);
                    fields.push((name, &evil));
                    let letter = render(&text, language, &fields);
                    assert!(!letter.subject.contains(char::is_control), "{kind:?} {name}: {:?}", letter.subject);
                    assert!(!letter.subject.contains(['\u{2028}', '\u{2029}']), "{kind:?} {name}");
                    assert!(!letter.text.contains(|c: char| c.is_control() && c != '\n'), "{kind:?} {name}");
                    assert!(!letter.html.contains("<script"), "{kind:?} {name}: {}", letter.html);
                    if !Field::is_list(name) {
                        assert!(!letter.text.contains("\nBcc"), "{kind:?} {name}: {}", letter.text);
                    }
                }
            }
        }
    }
    assert_eq!(clean("a\r\nb\tc"), "a  b c");
    assert_eq!(clean(&"ж".repeat(1_000)).chars().count(), 300);
}

#[test]
fn a_text_that_cannot_be_sent_is_not_saved() {
    let good = Text::ours(Kind::Link, "en");
    let with =
        |subject: &str, body: &str| Text { subject: subject.to_owned(), body: body.to_owned() }.check(Kind::Link);
    assert_eq!(with(&good.subject, &good.body), Ok(()));
    assert_eq!(with("From {merchant}", "{link}"), Ok(()));
    for subject in ["", "  ", "a\r\nBcc: b@example.test", "a\nb", "a\u{85}b", &"x".repeat(SUBJECT_MAX + 1)] {
        assert_eq!(with(subject, &good.body), Err(TextError::Subject), "{subject:?}");
    }
    for body in ["", " \n ", &format!("{{link}}{}", "x".repeat(BODY_MAX))] {
        assert_eq!(with("Hello", body), Err(TextError::Body));
    }
    // A link that logs in is shown to nobody else, and subjects are.
    let in_subject = ("{link}", "{link}");
    for (subject, body) in [("{password}", "{link}"), ("Hello", "{link} {password}"), ("{Link}", "{link}"), in_subject]
    {
        let error = with(subject, body).unwrap_err();
        assert!(matches!(error, TextError::Unknown(_)), "{error:?}");
    }
    assert_eq!(with("Hello", "look"), Err(TextError::Missing("link")));
    // No letter has a field for a password, so none carries one.
    assert!(Field::ALL.iter().all(|field| !field.name.contains("pass")));
    for kind in Kind::ALL {
        for name in kind.fields() {
            assert!(Field::ALL.iter().any(|field| field.name == *name), "{kind:?}: {name}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_stands_in_text_and_fields_html_has_no_tags_but_ours(
        subject in ".{0,60}", body in "(?s).{0,200}", name in "(?s).{0,60}", entries in "(?s).{0,60}", link in "(?s).{0,60}",
    ) {
        let text = Text { subject, body: format!("{body}{{name}}\n{{entries}}\n{{link}}") };
        let letter = render(&text, "en", &[("name", &name), ("entries", &entries), ("link", &link)]);
        prop_assert!(!letter.subject.contains(char::is_control));
        let ours = ["!doctype", "html", "head", "meta", "title", "body", "div", "p", "br", "ul", "li", "a"];
        for part in letter.html.split('<').skip(1) {
            let tag: String = part.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '!').collect();
            prop_assert!(ours.contains(&tag.as_str()), "{tag}: {}", letter.html);
        }
        prop_assert_eq!(letter.html.matches("<p>").count(), letter.html.matches("</p>").count());
        prop_assert_eq!(letter.html.matches("<ul>").count(), letter.html.matches("</ul>").count());
    }
}

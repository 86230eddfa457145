//! Widgets: cards of products for partners' own sites, as a page in a frame or as a script.

use askama::Template;

use super::texts::{Language, say};

/// The most cards of one widget, and the most characters of a product's name: at its worst, with every character escaped
/// (6 bytes), a card is some 700 bytes, and twelve of them with the page around them are below 10,000.
pub(crate) const CARDS_MAX: usize = 12;

/// The most characters of a product's name.
const NAME_CHARACTERS_MAX: usize = 80;

/// The style of the page in the frame.
pub(crate) const STYLE: &str = include_str!("../../assets/widget.css");

/// The script's own code: a function of what to show.
const SCRIPT: &str = include_str!("../../assets/widget.js");

/// A card.
pub(crate) struct Card {
    pub(crate) name: String,
    /// The path of the link that it leads through.
    pub(crate) path: String,
}

/// The page in a frame.
#[derive(Template)]
#[template(path = "widget.html")]
pub(crate) struct Widget {
    pub(crate) language: Language,
    pub(crate) cards: Vec<Card>,
}

impl Widget {
    /// Cards of products and the codes of their links; names are cut to what a card holds.
    pub(crate) fn new(language: Language, cards: Vec<(String, String)>) -> Self {
        let cards = cards
            .into_iter()
            .take(CARDS_MAX)
            .map(|(name, link)| Card { name: cut(&name), path: format!("/go/{link}") });
        Self { language, cards: cards.collect() }
    }

    fn title(&self) -> String {
        say(self.language, "widget-title", &[])
    }

    fn go(&self) -> String {
        say(self.language, "widget-go", &[])
    }

    /// The same as a script.
    pub(crate) fn script(&self) -> String {
        let cards: Vec<[&str; 2]> = self.cards.iter().map(|card| [card.name.as_str(), card.path.as_str()]).collect();
        let shown = serde_json::json!([self.title(), self.go(), cards]);
        // Nothing in a name can end a script element, wherever a site puts the text.
        let shown =
            shown.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        format!("({})({shown});\n", SCRIPT.trim_end().trim_end_matches(';'))
    }
}

fn cut(name: &str) -> String {
    let mut shown: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARACTERS_MAX).collect();
    if name.chars().count() > NAME_CHARACTERS_MAX {
        shown.pop();
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The most that a widget may weigh.
    const WIDGET_BYTES_MAX: usize = 10_000;

    #[test]
    fn the_worst_widget_is_within_its_budget() {
        for worst in ["\"", "<", "&", "\u{1f600}", "\\", "\u{2028}"] {
            let cards = vec![(worst.repeat(500), "x".repeat(64)); 100];
            for language in Language::ALL {
                let widget = Widget::new(language, cards.clone());
                let (html, script) = (widget.render().unwrap(), widget.script());
                for (form, text) in [("html", html), ("script", script)] {
                    assert!(text.len() + STYLE.len() <= WIDGET_BYTES_MAX, "{form} of {worst:?}: {}", text.len());
                }
            }
        }
    }

    #[test]
    fn a_name_is_text_and_nothing_else() {
        let name = "</script><img src=x onerror=alert(1)>\u{7}".to_owned();
        let widget = Widget::new(Language::English, vec![(name, "ann".to_owned())]);
        assert!(!widget.render().unwrap().contains("<img"));
        let script = widget.script();
        assert!(!script.contains("</script") && !script.contains("<img"), "{script}");
    }
}

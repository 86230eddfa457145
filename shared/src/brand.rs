//! How the partners' cabinet looks: the merchant's logo, colour, texts and style sheet.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Host;

use crate::host::parse_url;

/// The longest text for partners, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// The largest style sheet: half of what a page may weigh is left for the page.
pub const CSS_BYTES_MAX: usize = 20_000;

/// The longest address of a logo.
const LOGO_BYTES_MAX: usize = 500;

/// How much lighter paper must be than what is written on it, in hundredths: WCAG 2.2, success criterion 1.4.3.
const CONTRAST_MIN_PERCENT: u64 = 450;

/// What is the merchant's own on his partners' pages; empty where he said nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brand {
    /// The address of a picture, over https.
    #[serde(default)]
    pub logo: String,
    /// The colour of links and buttons on light pages, as in `#0b5cad`.
    #[serde(default)]
    pub accent: String,
    /// What partners read first in their cabinet.
    #[serde(default)]
    pub welcome: String,
    /// What is read above the sign-up form.
    #[serde(default)]
    pub join_text: String,
    /// How partners reach him, at the foot of their pages: lines as he wrote them.
    #[serde(default)]
    pub contact: String,
    /// A style sheet after ours.
    #[serde(default)]
    pub css: String,
}

/// Why a brand is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BrandError {
    /// The logo's address is none that pages may show.
    #[error("the logo is not the address of a picture over https")]
    Logo,
    /// The colour is not written as one.
    #[error("a colour is # and six hexadecimal digits")]
    Colour,
    /// White on the colour, or the colour on white, cannot be read.
    #[error(
        "the colour is too light to be read on white: at least 4.5 to 1 is needed, this is {hundredths} hundredths"
    )]
    Light {
        /// What it is.
        hundredths: u64,
    },
    /// A text is too long, or has characters that are none.
    #[error("a text has at most {TEXT_CHARS_MAX} characters and no control characters")]
    Text,
    /// The style sheet is too large.
    #[error("a style sheet has at most {CSS_BYTES_MAX} bytes")]
    Css,
}

impl Brand {
    /// Checks what a merchant says.
    pub fn check(&self) -> Result<(), BrandError> {
        if !self.logo.is_empty() && self.logo_origin().is_none() {
            return Err(BrandError::Logo);
        }
        if !self.accent.is_empty() {
            let hundredths = contrast_with_white(&self.accent).ok_or(BrandError::Colour)?;
            if hundredths < CONTRAST_MIN_PERCENT {
                return Err(BrandError::Light { hundredths });
            }
        }
        let is_text = |text: &str| {
            text.chars().count() <= TEXT_CHARS_MAX
                && !text.chars().any(|character| character.is_control() && !"\r\n\t".contains(character))
        };
        if ![&self.welcome, &self.join_text, &self.contact].into_iter().all(|text| is_text(text)) {
            return Err(BrandError::Text);
        }
        if self.css.len() > CSS_BYTES_MAX { Err(BrandError::Css) } else { Ok(()) }
    }

    /// Where the logo comes from, as a content security policy names it; `None` without one that may be shown.
    #[must_use]
    pub fn logo_origin(&self) -> Option<String> {
        if self.logo.is_empty() || self.logo.len() > LOGO_BYTES_MAX {
            return None;
        }
        let url = parse_url(&self.logo).ok()?;
        // Of one's own machine, for a try, as browsers take it.
        let is_own =
            matches!(url.host(), Some(Host::Domain(host)) if host == "localhost" || host.ends_with(".localhost"));
        let is_shown = url.scheme() == "https" || (url.scheme() == "http" && is_own);
        let is_plain = url.username().is_empty() && url.password().is_none();
        (is_shown && is_plain).then(|| url.origin().ascii_serialization())
    }

    /// The style sheet that a browser is given after ours; empty, if there is nothing to it.
    #[must_use]
    pub fn style(&self) -> String {
        let mut style = String::new();
        if !self.accent.is_empty() {
            // In the dark the colours of ours stay: they are made for it.
            style = format!(
                "@media (prefers-color-scheme: light) {{ :root {{ --accent: {0}; --accent-ink: #fff; --bar: {0}; }} }}\n",
                self.accent
            );
        }
        style + &self.css
    }
}

/// The contrast of a colour with white, in hundredths, by WCAG's formula.
fn contrast_with_white(colour: &str) -> Option<u64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| u64::from_str_radix(digits.get(at..at + 2)?, 16).ok().map(linear);
    // Luminance in millionths.
    let luminance = (channel(0)? * 2_126 + channel(2)? * 7_152 + channel(4)? * 722) / 10_000;
    Some(105_000_000 / (luminance + 50_000))
}

/// A channel of sRGB as light, in millionths: 0.3053 c³ + 0.6822 c² + 0.0125 c, which is within 0.003 of the standard's curve.
const fn linear(channel: u64) -> u64 {
    let c = channel * 1_000_000 / 255;
    let square = c * c / 1_000_000;
    let cube = square * c / 1_000_000;
    (cube * 305_306 + square * 682_171 + c * 12_523) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_can_be_read_on_white_or_is_refused() {
        // By WCAG's own formula: 21, 6.57, 4.54, 4.48, 1.07, 4.00, 8.59.
        for (colour, low, high) in [
            ("#000000", 2_050, 2_150),
            ("#0b5cad", 640, 680),
            ("#767676", 440, 465),
            ("#ffff00", 105, 109),
            ("#ff0000", 385, 410),
            ("#0000ff", 840, 875),
        ] {
            let contrast = contrast_with_white(colour).unwrap();
            assert!((low..=high).contains(&contrast), "{colour}: {contrast}");
        }
        let of = |accent: &str| Brand { accent: accent.to_owned(), ..Brand::default() }.check();
        assert_eq!(of("#0b5cad"), Ok(()));
        assert!(matches!(of("#ffff00"), Err(BrandError::Light { .. })));
        for bad in ["red", "#fff", "#12345g", "#1234567", "0b5cad", "#éé12"] {
            assert_eq!(of(bad), Err(BrandError::Colour), "{bad}");
        }
    }

    #[test]
    fn a_logo_comes_over_https_from_a_place_that_the_policy_can_name() {
        let of = |logo: &str| Brand { logo: logo.to_owned(), ..Brand::default() }.logo_origin();
        assert_eq!(of("https://www.shop.example/logo.svg?v=1").as_deref(), Some("https://www.shop.example"));
        assert_eq!(of("http://www.shop.localhost:8788/logo.svg").as_deref(), Some("http://www.shop.localhost:8788"));
        for bad in
            ["", "http://www.shop.example/logo.svg", "javascript:alert(1)", "data:image/png;base64,AA", "logo.svg"]
        {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(of("https://a:b@shop.example/"), None);
        assert_eq!(of(&format!("https://shop.example/{}", "a".repeat(500))), None);
    }

    #[test]
    fn texts_and_styles_have_bounds() {
        let brand = Brand { welcome: "a\nb".to_owned(), css: "p { color: red }".to_owned(), ..Brand::default() };
        assert_eq!(brand.check(), Ok(()));
        assert_eq!(brand.style(), "p { color: red }");
        assert_eq!(Brand { welcome: "\u{7}".to_owned(), ..Brand::default() }.check(), Err(BrandError::Text));
        assert_eq!(Brand { join_text: "a".repeat(2_001), ..Brand::default() }.check(), Err(BrandError::Text));
        assert_eq!(Brand { contact: "a\u{7}".to_owned(), ..Brand::default() }.check(), Err(BrandError::Text));
        assert_eq!(Brand { css: "a".repeat(20_001), ..Brand::default() }.check(), Err(BrandError::Css));
    }
}

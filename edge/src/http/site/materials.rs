//! What a product is advertised with, as both the merchant's and the partners' pages have it.

use worker::{Response, Result};

use super::CONTENT_SECURITY_POLICY;
use crate::pages::partner::{PictureLink, TextLink};
use crate::store::materials::Material;

use tributary_shared::sorted::sort_by;

/// What stands for the partner's link in a text.
const PLACE: &str = "{link}";

/// A material as a partner copies it, with his link.
pub(super) fn filled(material: &Material, link: &str) -> String {
    let html = match material.kind.as_str() {
        "banner" => {
            let (width, height) = (material.width, material.height);
            let text = if material.body.is_empty() { &material.title } else { &material.body };
            askama::Template::render(&PictureLink { url: link, picture: &material.picture, width, height, text })
        }
        "text" => askama::Template::render(&TextLink {
            url: link,
            text: if material.body.is_empty() { &material.title } else { &material.body },
        }),
        // A mail: plain text with its subject before it.
        _ if material.body.contains(PLACE) => {
            return format!("{}\n\n{}", material.title, material.body.replace(PLACE, link));
        }
        _ => return format!("{}\n\n{}\n\n{link}", material.title, material.body),
    };
    // Writing into a text cannot fail.
    html.unwrap_or_default()
}

/// Lets a page show pictures from where they are, and from nowhere else.
pub(super) fn show_pictures(mut response: Response, materials: &[Material]) -> Result<Response> {
    let mut origins: Vec<String> = materials
        .iter()
        .filter_map(|material| Some(url::Url::parse(&material.picture).ok()?.origin().ascii_serialization()))
        .collect();
    sort_by(&mut origins, Ord::cmp);
    origins.dedup();
    if !origins.is_empty() {
        let wider = format!("img-src 'self' {}", origins.join(" "));
        let policy = CONTENT_SECURITY_POLICY.replace("img-src 'self'", &wider);
        response.headers_mut().set("Content-Security-Policy", &policy)?;
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material(kind: &str, body: &str) -> Material {
        Material {
            id: None,
            kind: kind.to_owned(),
            title: "Summer <sale>".to_owned(),
            body: body.to_owned(),
            picture: "https://shop.example/a.png?x=1&y=\"2\"".to_owned(),
            width: 468,
            height: 60,
        }
    }

    #[test]
    fn a_material_has_the_partners_link_and_nothing_of_it_is_markup() {
        let link = "https://go.example/go/ann";
        assert_eq!(filled(&material("text", "A & B"), link), "<a href=\"https://go.example/go/ann\">A &#38; B</a>");
        let banner = filled(&material("banner", ""), link);
        assert!(banner.contains("width=\"468\" height=\"60\"") && !banner.contains("<sale>"), "{banner}");
        assert_eq!(filled(&material("mail", "Go to {link}."), link), format!("Summer <sale>\n\nGo to {link}."));
        assert_eq!(filled(&material("mail", "Hello"), link), format!("Summer <sale>\n\nHello\n\n{link}"));
    }
}

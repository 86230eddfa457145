//! Charts: bars drawn by the server, with a table of the same figures for whoever does not see them.

use askama::Template;

use super::frame::Frame;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    /// What it is of: a day, a month.
    pub(crate) label: String,
    /// How much.
    pub(crate) value: i64,
    /// How much, as it is read.
    pub(crate) shown: String,
}

/// A chart of bars, the oldest on the left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chart {
    /// What it shows.
    pub(crate) title: String,
    /// The sum or the like, beside the title.
    pub(crate) total: String,
    pub(crate) bars: Vec<Bar>,
}

/// Where a bar is drawn, in units of the picture.
pub(crate) struct Drawn<'a> {
    pub(crate) bar: &'a Bar,
    pub(crate) x: usize,
    pub(crate) y: i64,
    pub(crate) width: usize,
    pub(crate) height: i64,
}

#[derive(Template)]
#[template(path = "chart.html")]
struct Figure<'a> {
    frame: &'a Frame,
    chart: &'a Chart,
}

impl Chart {
    /// The chart as HTML: made here, and not once more in each page that has one.
    #[inline(never)]
    pub(crate) fn figure(&self, frame: &Frame) -> askama::Result<String> {
        Figure { frame, chart: self }.render()
    }

    /// Height of the picture; its width is that of its bars.
    pub(crate) const HEIGHT: i64 = 120;
    const STEP: usize = 20;
    const BAR: usize = 14;
    /// So many bars fill the picture; fewer stand at its right end, where the newest is.
    const BARS_MIN: usize = 12;

    /// Width of the picture.
    pub(crate) fn width(&self) -> usize {
        self.bars.len().max(Self::BARS_MIN) * Self::STEP
    }

    /// Whether there is anything to be seen.
    pub(crate) fn is_empty(&self) -> bool {
        self.bars.iter().all(|bar| bar.value == 0)
    }

    /// The bars in their places. What is below zero is drawn as nothing: the table says it.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = Drawn<'_>> {
        let most = self.bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
        let missing = Self::BARS_MIN.saturating_sub(self.bars.len());
        self.bars.iter().enumerate().map(move |(index, bar)| {
            let share = i128::from(bar.value.max(0)) * i128::from(Self::HEIGHT) / i128::from(most);
            // What is there is seen, however small beside the largest.
            let height = i64::try_from(share).unwrap_or(0).max(i64::from(bar.value > 0) * 2);
            let x = (index + missing) * Self::STEP + (Self::STEP - Self::BAR) / 2;
            Drawn { bar, x, y: Self::HEIGHT - height, width: Self::BAR, height }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_bar_is_as_high_as_the_picture_and_the_smallest_is_seen() {
        let bar = |value| Bar { label: String::new(), value, shown: String::new() };
        let chart = Chart {
            title: String::new(),
            total: String::new(),
            bars: [0, 1, -5, 9_007_199_254_740_991].map(bar).into(),
        };
        let heights: Vec<_> = chart.drawn().map(|drawn| drawn.height).collect();
        assert_eq!(heights, [0, 2, 0, Chart::HEIGHT]);
        assert!(!chart.is_empty());
        assert_eq!(chart.width(), 240);
        assert_eq!(chart.drawn().last().map(|drawn| drawn.x), Some(223));
    }
}

//! The words of the member's own page.

use super::Around;
use crate::domain::time::Span;

/// The member's own page.
#[derive(Debug)]
pub struct Account {
    /// What the page is called where one signs in for it.
    pub place: &'static str,
    /// Title.
    pub title: &'static str,
    /// The userid.
    pub userid: &'static str,
    /// The connection that the member came by.
    pub connection: &'static str,
    /// Signs out in this browser.
    pub sign_out: &'static str,
    /// Signs out in every browser.
    pub everywhere: &'static str,
    /// What that means.
    pub everywhere_hint: &'static str,
    /// Heads the phone number.
    pub phone: &'static str,
    /// Where it came from: a sign-in inside WeCom, around when.
    pub phone_signed_in: Around,
    /// Where it came from: the link of the guide, around when.
    pub phone_link: Around,
    /// When none is remembered.
    pub no_phone: &'static str,
    /// Mail addresses that came with it, where there is no number.
    pub only_mail: &'static str,
    /// In the place of a number that another member has now.
    pub moved: &'static str,
    /// Forgets it.
    pub forget: &'static str,
    /// What forgetting means.
    pub forget_hint: &'static str,
    /// Heads the applications.
    pub applications: &'static str,
    /// When there are none.
    pub no_applications: &'static str,
    /// Since when, around the time.
    pub since: Around,
    /// It may go on while the member is away.
    pub lasting: &'static str,
    /// Nobody is signed in there at the moment, around nothing.
    pub not_signed_in: &'static str,
    /// Above what it was told.
    pub told: &'static str,
    /// Takes its access away.
    pub take_away: &'static str,
    /// What that means.
    pub take_away_hint: &'static str,
    /// Heads the sessions.
    pub sessions: &'static str,
    /// That more are there than the page shows, around their number.
    pub more_sessions: Around,
    /// This browser's session.
    pub here: &'static str,
    /// A device that is not known.
    pub some_device: &'static str,
    /// When it began, around the time.
    pub signed_in: Around,
    /// When it ends unless used, around the time.
    pub idle: Around,
    /// When it ends at the latest, around the time.
    pub latest: Around,
    /// Ends a session.
    pub end_session: &'static str,
    /// Lengths of time.
    pub moment: Moment,
}

/// Lengths of time in words: just now, then one and many of minutes, hours and days.
#[derive(Debug)]
pub struct Moment {
    /// Less than a minute.
    pub moment: &'static str,
    /// A moment ago.
    pub now: &'static str,
    /// So long ago, around it.
    pub ago: Around,
    /// Minutes: one, many.
    pub minutes: [&'static str; 2],
    /// Hours: one, many.
    pub hours: [&'static str; 2],
    /// Days: one, many.
    pub days: [&'static str; 2],
}

impl Moment {
    /// A length of time, rounded down to its largest unit.
    pub fn long(&self, span: Span) -> String {
        let (number, [one, many]) = match span.0 {
            0..60 => return self.moment.to_owned(),
            60..3_600 => (span.0 / 60, self.minutes),
            3_600..86_400 => (span.0 / 3_600, self.hours),
            _ => (span.0 / 86_400, self.days),
        };
        format!("{number}{}", if number == 1 { one } else { many })
    }

    /// So long still, to the nearest: what was to last a day a minute ago still lasts a day.
    pub fn left(&self, span: Span) -> String {
        let half = match span.0 {
            0..60 => 0,
            60..3_600 => 30,
            3_600..86_400 => 1_800,
            _ => 43_200,
        };
        self.long(Span(span.0 + half))
    }

    /// So long ago.
    pub fn ago(&self, span: Span) -> String {
        if span.0 < 60 { self.now.to_owned() } else { self.ago.with(&self.long(span)) }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::language::Language;
    use crate::domain::time::Span;
    use crate::web::texts::Texts;

    #[test]
    fn lengths_of_time_read_well_in_both_languages() {
        let english = &Texts::of(Language::English).account.moment;
        let ago = |seconds| english.ago(Span::seconds(seconds));
        assert_eq!(
            [ago(59), ago(60), ago(3_599), ago(7_200)],
            ["just now", "1 minute ago", "59 minutes ago", "2 hours ago"]
        );
        assert_eq!([english.long(Span::days(1)), english.long(Span::days(7))], ["1 day", "7 days"]);
        let left = |seconds| english.left(Span::seconds(seconds));
        assert_eq!(
            [left(59), left(89), left(90), left(3_599), left(43_199), left(86_399), left(604_799)],
            ["a moment", "1 minute", "2 minutes", "1 hour", "12 hours", "1 day", "7 days"]
        );
        let chinese = &Texts::of(Language::Chinese).account.moment;
        assert_eq!([chinese.ago(Span::seconds(0)), chinese.ago(Span::days(3))], ["刚刚", "3 天前"]);
    }
}

//! Referrals by a school's list: upload, look at what would happen, apply, take back.

use super::form::refusal;
use crate::app::App;
use crate::domain::id::{ReferralId, ReferralListId, ReferrerId, SchoolId};
use crate::domain::referral::list::{Column, MOST_ROWS};
use crate::flows::referral_lists::{self as flow, ListError, Verdict, cells};
use crate::flows::students::{Sight, seen};
use crate::store::DbResult;
use crate::store::referral_lists::{self as lists, ListRow, ListState, ReferralList};
use crate::store::schools::{self, Referrer, School};
use crate::web::bridge::{ask, attempt};
use crate::web::error::{Answer, Error};
use crate::web::flash::Flash;
use crate::web::form::{Errors, Form, Press};
use crate::web::gate::Signed;
use crate::web::page::{Here, Page};
use crate::web::parts::Badge;
use crate::web::upload::Upload;
use crate::web::{done, go, show, unfit};
use actix_web::web::{Data, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/referral_list_new.html")]
struct NewPage {
    p: Page,
    schools: Vec<School>,
    referrers: Vec<Referrer>,
    earlier: Vec<ReferralList>,
    school: String,
    referrer: String,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "pages/referral_list.html")]
struct ListPage {
    p: Page,
    list: ReferralList,
    school: String,
    rows: Vec<(ListRow, Verdict)>,
}

impl NewPage {
    fn school_choices(&self) -> Vec<(String, String)> {
        let none = (String::new(), self.p.t("kies een school", "choose a school").to_owned());
        let one = |school: &School| (school.id.to_string(), school.fields.name.clone());
        std::iter::once(none).chain(self.schools.iter().map(one)).collect()
    }

    fn referrer_choices(&self) -> Vec<(String, String)> {
        let none = (String::new(), self.p.t("niemand in het bijzonder", "nobody in particular").to_owned());
        let school = |of: &Referrer| self.schools.iter().find(|school| school.id == of.school_id);
        let one = |one: &Referrer| {
            let school = school(one).map(|school| school.fields.name.as_str()).unwrap_or_default();
            (one.id.to_string(), format!("{} ({school})", one.name))
        };
        std::iter::once(none).chain(self.referrers.iter().filter(|one| one.active).map(one)).collect()
    }

    /// The heads that a list has to have, and those that it may have.
    fn heads(&self) -> String {
        Column::ALL.iter().map(|column| column.label(self.p.lang)).collect::<Vec<_>>().join(", ")
    }
}

impl ListPage {
    fn staged(&self) -> bool {
        self.list.state == ListState::Staged
    }

    fn applied(&self) -> bool {
        self.list.state == ListState::Applied
    }

    fn fitting(&self) -> usize {
        self.rows.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Fits(_))).count()
    }

    fn shown(&self, row: &ListRow) -> String {
        cells(row).into_iter().filter(|cell| !cell.is_empty()).take(3).collect::<Vec<_>>().join(", ")
    }

    fn referral(&self, row: &ListRow) -> Option<ReferralId> {
        row.referral_id
    }

    fn badge(&self, verdict: &Verdict) -> Badge {
        let p = &self.p;
        match verdict {
            Verdict::Applied if self.applied() => p.badge("good", p.t("aangemeld", "referred")),
            Verdict::Applied => p.badge("", p.t("teruggenomen", "taken back")),
            Verdict::Fits(referred) if referred.joined => p.badge("good", p.t("bekende leerling", "known student")),
            Verdict::Fits(_) => p.badge("good", p.t("nieuw", "new")),
            Verdict::Unreadable(_) => p.badge("bad", p.t("niet te lezen", "cannot be read")),
            Verdict::Refused(crate::flows::referrals::ReferralError::Outside(_)) => {
                p.badge("warn", p.t("buiten de afspraak", "outside the agreement"))
            }
            Verdict::Refused(_) => p.badge("bad", p.t("kan niet", "not possible")),
        }
    }

    fn why(&self, verdict: &Verdict) -> String {
        let lang = self.p.lang;
        match verdict {
            Verdict::Applied | Verdict::Fits(_) => String::new(),
            Verdict::Unreadable(columns) => {
                let names = columns.iter().map(|column| column.label(lang)).collect::<Vec<_>>().join(", ");
                format!("{} {names}.", lang.t("Dit kunnen we niet lezen:", "This cannot be read:"))
            }
            Verdict::Refused(error) => {
                let errors = refusal(error, lang).unwrap_or_default();
                errors.iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

async fn fresh(
    app: &Data<App>,
    who: &Signed,
    (school, referrer): (&str, &str),
    errors: Errors,
) -> Result<NewPage, Error> {
    let scope = who.scope.clone();
    let read = move |app: &App| -> DbResult<_> {
        app.db.read(|conn| {
            let referrers = schools::all_referrers(conn, &scope)?;
            Ok((schools::list(conn, &scope)?, referrers, lists::list(conn, &scope, 20)?))
        })
    };
    let (schools, referrers, earlier) = ask(app, read).await?;
    let (school, referrer) = (school.to_owned(), referrer.to_owned());
    Ok(NewPage { p: who.page(Here::Referrals), schools, referrers, earlier, school, referrer, errors })
}

/// `GET /referrals/lists`
pub async fn blank(app: Data<App>, who: Signed) -> Answer {
    show(&fresh(&app, &who, ("", ""), Errors::default()).await?)
}

/// `POST /referrals/lists`
pub async fn upload(app: Data<App>, who: Signed, upload: Upload) -> Answer {
    let lang = who.lang;
    let (school, referrer) = (upload.field("school").to_owned(), upload.field("referrer").to_owned());
    let typed = (school.as_str(), referrer.as_str());
    let Ok(id) = school.parse::<SchoolId>() else {
        let errors = Errors::one("school", lang.t("Kies de school.", "Choose the school."));
        return unfit(&fresh(&app, &who, typed, errors).await?);
    };
    let Some(file) = upload.file("file").cloned() else {
        let errors = Errors::one("file", lang.t("Kies een CSV-bestand.", "Choose a CSV file."));
        return unfit(&fresh(&app, &who, typed, errors).await?);
    };
    let (scope, now, by) = (who.scope.clone(), who.now, referrer.parse::<ReferrerId>().ok());
    let staged = attempt(&app, move |app| flow::stage(&app.db, &scope, (id, by), (&file.name, &file.bytes), now));
    let text = match staged.await? {
        Ok(id) => return Ok(go(&format!("/referrals/lists/{id}"))),
        Err(ListError::NotFound) => return Err(Error::NotFound),
        Err(ListError::File(bad)) => bad.say(lang),
        Err(ListError::Missing(columns)) => {
            let names = columns.iter().map(|column| column.label(lang)).collect::<Vec<_>>().join(", ");
            format!("{} {names}.", lang.t("Deze kolommen ontbreken:", "These columns are missing:"))
        }
        Err(ListError::TooMany) => {
            format!("{} {MOST_ROWS}.", lang.t("Hooguit zoveel rijen in één lijst:", "At most so many rows in a list:"))
        }
        Err(error) => return Err(Error::unknown(error)),
    };
    unfit(&fresh(&app, &who, typed, Errors::one("file", text)).await?)
}

/// `GET /referrals/lists/{id}`
pub async fn look(app: Data<App>, who: Signed, id: Path<ReferralListId>) -> Answer {
    let (scope, now, id) = (who.scope.clone(), who.now, *id);
    let read = move |app: &App| -> Result<_, ListError> {
        let found = app.db.read(|conn| -> DbResult<_> {
            let Some(list) = lists::find(conn, &scope, id)? else { return Ok(None) };
            let school = schools::find(conn, &scope, list.school_id)?.map(|school| school.fields.name);
            Ok(Some((lists::rows(conn, id)?, school.unwrap_or_default(), list)))
        })?;
        let Some((rows, school, list)) = found else { return Ok(None) };
        let verdicts = flow::judge(&app.db, &scope, &list, now)?;
        seen(&app.db, &scope, Sight::List("referrals/lists", rows.len()), now)?;
        Ok(Some((list, school, rows.into_iter().zip(verdicts).collect())))
    };
    let (list, school, rows) = ask(&app, read).await?.ok_or(Error::NotFound)?;
    show(&ListPage { p: who.page(Here::Referrals), list, school, rows })
}

/// `POST /referrals/lists/{id}/apply` and `…/undo`
pub async fn act(app: Data<App>, who: Signed, path: Path<(ReferralListId, String)>, _: Form<Press>) -> Answer {
    let (id, act) = path.into_inner();
    let (scope, now, p) = (who.scope.clone(), who.now, who.page(Here::Referrals));
    let applies = act == "apply";
    let acted = attempt(&app, move |app| -> Result<_, ListError> {
        if applies {
            return Ok((flow::apply(&app.db, &scope, id, now)?, 0));
        }
        let undone = flow::undo(&app.db, &scope, id, now)?;
        Ok((undone.removed, undone.kept))
    });
    match acted.await? {
        Ok((count, kept)) => {
            let some = p.n(count, "aanmelding", "aanmeldingen", "referral", "referrals");
            let mut text =
                format!("{some} {}.", if applies { p.t("gemaakt", "made") } else { p.t("teruggenomen", "taken back") });
            if kept > 0 {
                let stay = p.n(kept, "blijft", "blijven", "stays", "stay");
                text = format!("{text} {stay}: {}.", p.t("daar is al over besloten", "it was decided about them"));
            }
            let flash = Flash::good(text);
            let flash = if applies && count > 0 { flash.undo(format!("/referrals/lists/{id}/undo")) } else { flash };
            Ok(done(&format!("/referrals/lists/{id}"), &flash, &who))
        }
        Err(ListError::NotFound) => Err(Error::NotFound),
        Err(error) => Err(Error::unknown(error)),
    }
}

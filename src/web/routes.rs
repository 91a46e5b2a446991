//! Every URL of the house on one page.

use super::assets::asset;
use super::guard::nowhere;
use super::pages::aftercare;
use super::pages::agenda;
use super::pages::audit;
use super::pages::campaign;
use super::pages::campaign_acts;
use super::pages::campaigns;
use super::pages::companies::{bulk, contact, edit, import, list, opening, show, tasks};
use super::pages::disclosures;
use super::pages::door;
use super::pages::feed;
use super::pages::for_schools;
use super::pages::guidance;
use super::pages::health;
use super::pages::home;
use super::pages::inbox;
use super::pages::jobs;
use super::pages::learning;
use super::pages::mailboxes;
use super::pages::matches;
use super::pages::opt_out;
use super::pages::outgoing;
use super::pages::passwords;
use super::pages::place;
use super::pages::placement;
use super::pages::placements;
use super::pages::places;
use super::pages::plan;
use super::pages::profile;
use super::pages::proposal;
use super::pages::proposals;
use super::pages::referrals::{self, list as referral_list, new as referral_new, one as referral};
use super::pages::reports;
use super::pages::schools::{self, agreement, edit as school_edit, referrer};
use super::pages::settings;
use super::pages::shortage;
use super::pages::students::{self, list as student_list};
use super::pages::suppressions;
use super::pages::templates;
use super::pages::timeline;
use super::pages::today;
use super::pages::users;
use actix_web::web::{ServiceConfig, get, head, post, route};

/// Method, path, handler.
pub fn routes(house: &mut ServiceConfig) {
    house
        // the house itself
        .route("/healthz", get().to(health::healthz))
        .route("/assets/{hash}/{name}", get().to(asset))
        // the door
        .route("/sign-in", get().to(door::form))
        .route("/sign-in", post().to(door::sign_in))
        .route("/sign-in/link/{token}", get().to(door::link))
        .route("/sign-in/link/{token}", post().to(door::sign_in_by_link))
        .route("/sign-in/forgotten", get().to(passwords::forgotten))
        .route("/sign-in/forgotten", post().to(passwords::ask_reset))
        .route("/sign-in/password/{token}", get().to(passwords::choose))
        .route("/sign-in/password/{token}", post().to(passwords::set))
        .route("/sign-out", post().to(door::sign_out))
        .route("/language", post().to(profile::language))
        .route("/theme", post().to(profile::theme))
        // the day
        .route("/", get().to(home::home))
        .route("/today/tasks/{id}/done", post().to(today::finish))
        .route("/today/tasks/{id}/later", post().to(today::later))
        .route("/today/tasks/{id}/undo", post().to(today::reopen))
        .route("/today/openings/{id}/confirm", post().to(today::confirm))
        .route("/today/companies/{id}/ask-places", post().to(places::ask_today))
        // placements and aftercare
        .route("/placements", get().to(placements::list))
        .route("/placements/timeline", get().to(timeline::timeline))
        .route("/placements/new", get().to(place::form))
        .route("/placements/new", post().to(place::place))
        .route("/placements/{id}", get().to(placement::one))
        .route("/placements/{id}", post().to(placements::settle))
        .route("/placements/{id}/dates", post().to(placements::dates))
        .route("/placements/{id}/end", post().to(placements::end_early))
        .route("/students", get().to(student_list::list))
        .route("/students/new", get().to(students::blank))
        .route("/students/new", post().to(students::add))
        .route("/students/{id}", get().to(students::one))
        .route("/students/{id}", post().to(students::save))
        .route("/students/{id}/matches", get().to(matches::openings))
        .route("/students/{id}/guidance", post().to(guidance::talk))
        .route("/students/{id}/applications", post().to(guidance::apply))
        .route("/students/{id}/guardian", post().to(guidance::guard))
        .route("/applications/{id}", post().to(guidance::came_of))
        .route("/aftercare", get().to(aftercare::list))
        .route("/aftercare/plan", get().to(plan::list))
        .route("/aftercare/plan", post().to(plan::change))
        .route("/aftercare/{id}/done", post().to(aftercare::close))
        .route("/aftercare/{id}/undo", post().to(aftercare::undo))
        .route("/aftercare/{id}/later", post().to(aftercare::later))
        .route("/aftercare/{id}/cancel", post().to(aftercare::cancel))
        .route("/aftercare/{id}/ask", post().to(aftercare::ask_now))
        // referrals
        .route("/referrals", get().to(referrals::index))
        .route("/referrals/new", get().to(referral_new::blank))
        .route("/referrals/new", post().to(referral_new::add))
        .route("/referrals/lists", get().to(referral_list::blank))
        .route("/referrals/lists", post().to(referral_list::upload))
        .route("/referrals/lists/{id}", get().to(referral_list::look))
        .route("/referrals/lists/{id}/{act:apply|undo}", post().to(referral_list::act))
        .route("/referrals/{id}", get().to(referral::show_one))
        .route("/referrals/{id}/{act:accept|refuse|reopen}", post().to(referral::decide))
        // schools
        .route("/schools", get().to(schools::list))
        .route("/schools/new", get().to(school_edit::blank))
        .route("/schools/new", post().to(school_edit::add))
        .route("/schools/{id}", get().to(schools::one))
        .route("/schools/{id}/edit", get().to(school_edit::form))
        .route("/schools/{id}/edit", post().to(school_edit::save))
        .route("/schools/{id}/agreement", get().to(agreement::form))
        .route("/schools/{id}/agreement", post().to(agreement::save))
        .route("/schools/{id}/referrers/new", get().to(referrer::blank))
        .route("/schools/{id}/referrers/new", post().to(referrer::add))
        .route("/referrers/{id}", get().to(referrer::form))
        .route("/referrers/{id}", post().to(referrer::save))
        .route("/referrers/{id}/invite", post().to(referrer::invite))
        // the schools' own pages, by a code that is mailed to an invited address
        .route("/for-schools", get().to(for_schools::home))
        .route("/for-schools", post().to(for_schools::ask_code))
        .route("/for-schools/enter", post().to(for_schools::enter))
        .route("/for-schools/new", get().to(for_schools::blank))
        .route("/for-schools/new", post().to(for_schools::add))
        .route("/for-schools/language", post().to(for_schools::language))
        .route("/for-schools/out", post().to(for_schools::out))
        // reports
        .route("/reports", get().to(reports::report))
        .route("/reports.csv", get().to(reports::csv))
        // companies
        .route("/find", get().to(list::find))
        .route("/companies", get().to(list::list))
        .route("/companies/bulk", post().to(bulk))
        .route("/companies/export.csv", get().to(list::export))
        .route("/companies/new", get().to(edit::blank))
        .route("/companies/new", post().to(edit::add))
        .route("/companies/import", get().to(import::blank))
        .route("/companies/import", post().to(import::upload))
        .route("/companies/import/{id}", get().to(import::look))
        .route("/companies/import/{id}/progress", get().to(import::progress))
        .route("/companies/import/{id}/rejected.csv", get().to(import::rejected))
        .route("/companies/import/{id}/mapping", post().to(import::remap))
        .route("/companies/import/{id}/undo", post().to(import::undo))
        .route("/companies/import/{id}/{act:start|cancel|go-on}", post().to(import::act))
        .route("/companies/{id}", get().to(show::show))
        .route("/companies/{id}/log", post().to(show::log))
        .route("/companies/{id}/ask-places", post().to(places::ask_company))
        .route("/companies/{id}/edit", get().to(edit::form))
        .route("/companies/{id}/edit", post().to(edit::save))
        .route("/companies/{id}/{act:archive|restore}", post().to(show::archive))
        .route("/companies/{id}/contacts/new", get().to(contact::blank))
        .route("/companies/{id}/contacts/new", post().to(contact::add))
        .route("/contacts/{id}", get().to(contact::form))
        .route("/contacts/{id}", post().to(contact::save))
        .route("/contacts/{id}/{act:left|back}", post().to(contact::left))
        .route("/companies/{id}/openings/new", get().to(opening::blank))
        .route("/companies/{id}/openings/new", post().to(opening::add))
        .route("/openings/{id}", get().to(opening::form))
        .route("/openings/{id}", post().to(opening::save))
        .route("/openings/{id}/{act:confirm|withdraw}", post().to(opening::say))
        .route("/openings/{id}/matches", get().to(matches::students))
        .route("/tasks", get().to(tasks::list))
        .route("/tasks/{id}/{act:done|reopen|postpone}", post().to(tasks::act))
        // days and months
        .route("/agenda", get().to(agenda::days))
        // where places are short
        .route("/shortage", get().to(shortage::table))
        // proposals
        .route("/proposals", get().to(proposals::list))
        .route("/proposals/new", get().to(proposals::blank))
        .route("/proposals/new", post().to(proposals::add))
        .route("/proposals/{id}", get().to(proposal::one))
        .route("/proposals/{id}/{act:employer|student|meet|accept|extend|decline|withdraw}", post().to(proposal::act))
        // the inbox
        .route("/inbox", get().to(inbox::index))
        .route("/inbox/{id}", get().to(inbox::one))
        .route("/inbox/{id}/original", get().to(inbox::original))
        .route("/inbox/{id}/files/{index}", get().to(inbox::attachment))
        .route("/inbox/{id}/accept", post().to(inbox::accept_all))
        .route("/inbox/{id}/done", post().to(inbox::finish))
        .route("/inbox/{id}/reopen", post().to(inbox::reopen))
        .route("/inbox/{id}/assign", post().to(inbox::assign))
        .route("/inbox/{id}/answer", post().to(inbox::answer))
        .route("/suggestions/{id}/accept", post().to(inbox::accept))
        .route("/suggestions/{id}/edit", post().to(inbox::save_edit))
        .route("/suggestions/{id}/reject", post().to(inbox::reject))
        .route("/suggestions/{id}/undo", post().to(inbox::undo))
        // campaigns
        .route("/campaigns", get().to(campaigns::list))
        .route("/campaigns", post().to(campaigns::add))
        .route("/campaigns/new", get().to(campaigns::new))
        .route("/campaigns/{id}", get().to(campaign::one))
        .route("/campaigns/{id}/edit", get().to(campaigns::edit))
        .route("/campaigns/{id}/edit", post().to(campaigns::save))
        .route("/campaigns/{id}/progress", get().to(campaign::live))
        .route("/campaigns/{id}/start", post().to(campaign_acts::start))
        .route("/campaigns/{id}/pause", post().to(campaign_acts::pause))
        .route("/campaigns/{id}/resume", post().to(campaign_acts::resume))
        .route("/campaigns/{id}/stop", post().to(campaign_acts::stop))
        .route("/campaigns/{id}/test", post().to(campaign_acts::test))
        // mails that may have left
        .route("/outgoing", get().to(outgoing::list))
        .route("/outgoing/decide", post().to(outgoing::decide_all))
        .route("/outgoing/{id}/decide", post().to(outgoing::decide))
        // opting out, by the link in a mail
        .route("/u/{token}", get().to(opt_out::look))
        .route("/u/{token}", head().to(opt_out::look))
        .route("/u/{token}", post().to(opt_out::press))
        // whether places still hold, by the link in a mail
        .route("/places/{token}", get().to(places::look))
        .route("/places/{token}", head().to(places::look))
        .route("/places/{token}", post().to(places::press))
        // a person's calendar, by the link that was handed out
        .route("/calendar/{token}", get().to(feed::read))
        // settings
        .route("/settings", get().to(settings::index))
        .route("/settings/profile", get().to(profile::show_profile))
        .route("/settings/profile", post().to(profile::save))
        .route("/settings/profile/password", post().to(profile::change_password))
        .route("/settings/profile/feed", post().to(feed::hand_out))
        .route("/settings/profile/feed/withdraw", post().to(feed::withdraw))
        .route("/settings/learning", get().to(learning::list))
        .route("/settings/learning", post().to(learning::add))
        .route("/settings/users", get().to(users::list))
        .route("/settings/users", post().to(users::add))
        .route("/settings/users/{id}", get().to(users::edit))
        .route("/settings/users/{id}", post().to(users::save))
        .route("/settings/users/{id}/invite", post().to(users::invite))
        .route("/settings/mailboxes", get().to(mailboxes::list))
        .route("/settings/mailboxes", post().to(mailboxes::add))
        .route("/settings/mailboxes/new", get().to(mailboxes::new))
        .route("/settings/mailboxes/{id}", get().to(mailboxes::edit))
        .route("/settings/mailboxes/{id}", post().to(mailboxes::save))
        .route("/settings/mailboxes/{id}/check", post().to(mailboxes::check))
        .route("/settings/mailboxes/{id}/hold", post().to(mailboxes::hold))
        .route("/settings/mailboxes/{id}/archive", post().to(mailboxes::archive))
        .route("/settings/suppressions", get().to(suppressions::list))
        .route("/settings/suppressions", post().to(suppressions::add))
        .route("/settings/suppressions/{id}/lift", post().to(suppressions::lift))
        .route("/settings/templates", get().to(templates::list))
        .route("/settings/templates", post().to(templates::add))
        .route("/settings/templates/new", get().to(templates::new))
        .route("/settings/templates/{id}", get().to(templates::edit))
        .route("/settings/templates/{id}", post().to(templates::save))
        .route("/settings/templates/{id}/archive", post().to(templates::archive))
        .route("/settings/disclosures", get().to(disclosures::list))
        .route("/settings/audit", get().to(audit::list))
        .route("/settings/jobs", get().to(jobs::list))
        .default_service(route().to(nowhere));
}

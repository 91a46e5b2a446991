//! Stagemakelaar, the internship broker's tool: an employer-outreach CRM with mail, placements and aftercare.
//!
//! This page is the map of the house and the glossary. Six words:
//!
//! > **[`domain`]** decides · **[`store`]** remembers · **[`mail`]** carries · **[`flows`]** do · **[`work`]** ticks ·
//! > **[`web`]** and **[`cli`]** open the door.
//!
//! ```text
//!                        main.rs
//!                           │
//!                          cli/            arguments → one flow or one server
//!                     ┌─────┴─────┐
//!                    web/        work/      doors: pages │ the clockwork
//!                     └─────┬─────┘
//!                         app.rs ── config.rs, meter.rs   built once; only doors see it
//!                           │
//!                         flows/            what the product does; owns transactions
//!                     ┌─────┴─────┐
//!                   store/       mail/      edges: the database │ the post
//!                     └─────┬─────┘
//!                        domain/            words and decisions; pure
//! ```
//!
//! Arrows point down only; a test reads the `use` lines and proves it. Libraries stay in their room too: diesel in
//! `store` (and as column derives on the values of `domain`), lettre, handlebars, imap and mail-parser in `mail`, actix-web
//! and askama in `web`, clap in `cli`, prometheus in `meter`. [`practice`] is the outside world of the demo: it touches the
//! product through its pickup directory, its Maildir and its flows.
//!
//! # Rules of the house
//!
//! - **One act, one write.** [`store::Db::write`] is the only maker of a [`store::Tx`], and every writing function of
//!   the store takes one. Its closure can run again (PostgreSQL runs it SERIALIZABLE), so ids, moments and random values
//!   are made before it, and no socket, file or sleep is inside it. Only a restore, which reads a file and runs once, is
//!   [`store::Db::write_once`].
//! - **Doors read, flows write.** Pages may ask the store; only flows change it. A flow takes what it uses, never the
//!   [`app::App`].
//! - **Every read has a [`domain::scope::Scope`].** Another site's record is not there: a 404, not a 403.
//! - **Time is an argument.** One [`domain::time::Clock`] at the doors; below it `now` is passed down. Clippy forbids the rest.
//! - **The row that is due is the job.** There is no job framework: [`work`] calls the flows that look for due rows.
//! - **One way to the post.** [`flows::outbox`] asks ground, opt-out, suppression and contact pressure in the write that
//!   queues, and delivery asks again in the write that marks *sending*.
//! - **Async stays at the edges.** It lives in [`web`] and inside `mail::smtp`; all else is synchronous.
//! - **Both languages stand side by side** where they are used (`lang.t("Bedrijven", "Companies")`,
//!   [`domain::words::Lang::t`]). With two languages that are both written here, no key can be missing and no
//!   translation file can drift; a message catalogue would only put the words elsewhere.
//!
//! # The way out
//!
//! *Start* on a campaign ([`flows::campaigns`]) writes recipients with their due time. Tick [`flows::advance`] takes those
//! that are due, asks [`domain::cadence`], renders with [`mail::template`] and hands each to [`flows::outbox`]: a row
//! with a fixed Message-ID and its subject, text and HTML. Tick [`flows::deliver`] holds a lease per mailbox, marks
//! messages *sending* before MAIL FROM, sends outside any transaction, and settles by [`domain::delivery`]; what finished
//! and what leaves next share one commit, which waits for the lines that are about to come back, at most as long as a commit
//! takes. What follows for recipients and timelines is written up for a hundred messages at once, a quarter of a second later
//! at most; until then the sender has them (`claimed_by`), and whoever takes over from a vanished one writes it up. A crash while *sending*, or a line that drops after the final dot, leaves a
//! message *uncertain*: evidence settles it (its Message-ID in the Sent folder, a reply, a bounce), or a person; it is
//! never sent again by itself.
//!
//! A backup ([`flows::backup`]) knows nothing of what left after it was made. So [`flows::restore`] leaves what waited
//! *held*, settled like what is uncertain, and pauses campaigns; check-ins whose mail was due become calls.
//!
//! # The way in
//!
//! Tick [`flows::fetch`] stores raw bytes and the folder's cursor in one write. [`work::watch`] listens to each mailbox (IMAP IDLE,
//! or a look at the Maildir) and has it fetched and read at once; the ticks are the net below. Tick [`flows::receive`] parses
//! ([`mail::parse`]), finds the thread (a signed plus-address token, then References, then the sender), and reads
//! ([`domain::reply`]) with the words that we sent, all of it side by side on every core. One write, which messages share until
//! one of them fails, records the message, the contact moment, the suggestions, and those consequences that need no yes, as
//! [`domain::consequence`] allows. A message that fails three times is *broken*, visible, and the queue walks on. Raw first,
//! thinking later: `mail reread` runs a better reader over all that was ever received.
//!
//! # Who fits where
//!
//! [`store::matches`] reads what is weighed for a site in one query each way. [`flows::matches`] makes a
//! [`domain::matching::Question`] of it, in which nobody has a name and a way to work is a [`domain::travel::Band`]; each pair is
//! judged by itself, on one table of weights. What a page shows is kept as a [`domain::matching::Record`], in the write that tells
//! the audit who looked. It has a table of its own, `matchings`, since it is too long for a line of the audit, which names it.
//!
//! # From a match to a placement
//!
//! A person reads the mail without a name as it will go out and confirms it: [`flows::proposals`] holds a place and queues the mail
//! in one write, and refuses where student or opening changed since it was read. The mail is made from a
//! [`domain::proposal::blind::Blind`], a whitelist without a field for who the student is; the learning wish, which people write
//! freely, is looked through for it. A reply becomes a suggestion. Both sides' yes comes before the name, and each thing that leaves
//! the desk is a line in the register ([`store::disclosures`]), in the write that sends it. What comes next is
//! [`domain::proposal::next`], derived and never stored; tick [`flows::proposals`] lets go of what nobody followed up, and
//! [`flows::placements`] turns a held place into a filled one.
//!
//! # A school calls
//!
//! [`flows::referrals`] makes a student, or joins the one with this code, and the referral in one write, after
//! [`domain::agreement::broken`] said which of the school's rules it breaks: none, or a coordinator's reason is recorded with them.
//! [`flows::referral_lists`] does the same for a file, and its dry run is the act itself, rolled back. The schools' own pages
//! (`/for-schools`) have a door of their own, [`flows::school_door`]: a code in a mail opens a session that knows no user, reaches
//! those pages alone, and shows what [`store::referrals::of_referrer`] gives. How far a referral is, the student's placements tell
//! ([`domain::referral::stage`]).
//! # How places stay fresh
//!
//! An opening keeps the day on which its company last said that it holds. [`domain::freshness`] decides what follows from that day
//! and from the round of asking (a row of `rounds`, one per opening and confirmation): ask, remind, call, expire. Tick
//! [`flows::freshness`] does it, one write a company, by the same gate as all mail; whatever the company says, by the link in its
//! mail, on the telephone or in an answer that a person takes over, is an event of the opening and ends the round.
//!
//! # Where to add what
//!
//! | what | where |
//! |---|---|
//! | a reply intent | a variant and phrases in [`domain::reply`], the match in `flows::consequences` |
//! | an aftercare rule | one row of the plan, one template folder in `mail-templates/` |
//! | a page | `web/pages/x.rs`, its template, one line in [`web::routes`] |
//! | a reason of matching | a variant of [`domain::matching::WhyNot`] or [`domain::matching::Aspect`], and a new number for the weights |
//! | a rule of agreements | a column and its field in [`domain::agreement::Terms`], a variant of [`domain::agreement::Rule`] |
//! | a word of special data | the table in [`domain::privacy::special`] |
//! | a kind of entry in calendars | a variant of [`domain::agenda::Subject`], its rows in `flows::feeds` |
//! | a tick | a flow with `tick`, one line in [`work::table`], one key in `config/default.toml` |
//! | a column | up and down in both migration sets (`migrations/README.md`), `store/schema.rs`, the row |
//!
//! # Glossary
//!
//! | in code | in the interface | meaning |
//! |---|---|---|
//! | site | locatie | a place that runs a desk; every record belongs to one |
//! | broker, coordinator | stagemakelaar, coördinator | who does the work; who also manages users, mailboxes and templates |
//! | company, contact | bedrijf, contactpersoon | an employer; a person there |
//! | contact moment | contactmoment | anything that passed between us: mail, call, visit, event, note |
//! | opening | stageplek | places for a role, level, track and period at a company; its places are events |
//! | campaign, step, audience, recipient | campagne, stap, doelgroep, ontvanger | templated outreach, one mail of it, to whom, one of them |
//! | outgoing, incoming | uitgaand, inkomend bericht | a mail, with its raw source where it came in |
//! | round | vraagronde | asking once whether the places of an opening still hold, until that is answered or they expire |
//! | held, uncertain | vastgehouden, onzeker | a mail that may have left: after a restore, or when the line dropped |
//! | reading, suggestion | lezing, suggestie | what the reader found; a change it proposes, for a person to decide |
//! | suppression | blokkade | an address or domain that gets no outreach |
//! | school, referrer | school, aanmelder | who calls the desk in for a student |
//! | agreement, terms, rule | afspraak | what a desk and a school agreed on, as rules that are enforced |
//! | referral, stage | aanmelding, stand | a school calls the desk in for one student, and how far it is |
//! | guidance, application | begeleiding, sollicitatie | talks with a student, and where the student applied |
//! | student, standing | leerling, stand | who looks for a place; looking, placed or finished |
//! | seeker, offer, fit, reason why not | – | what is weighed of a student and of an opening, and how they go together |
//! | proposal, disclosure | voorstel, wat gedeeld is | a student put forward without a name; what of a student left the desk |
//! | placement, check-in | stage, nazorgmoment | a student at a company; one moment of aftercare |

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flows;
pub mod mail;
pub mod meter;
pub mod practice;
pub mod store;
pub mod web;
pub mod work;

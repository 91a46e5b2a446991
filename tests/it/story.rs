//! A year of one broker, from an empty desk to its report, through real programs: the desk's mail leaves through Exim and
//! comes in from Dovecot, employers have mailboxes there too and answer as their own mail programs do, the broker works on
//! the pages, and the clockwork runs its ticks on a clock that the story moves.

mod answers;
mod autumn;
mod employers;
mod placement;
mod reckoning;
mod spring;
mod student;
mod winter;
mod world;

use crate::support::app::both;
use world::Story;

both! {
    fn a_student_from_a_schools_call_to_a_second_place(db) {
        let mut story = Story::begin(db);
        winter::companies_are_imported(&story);
        winter::the_mailbox_works_and_a_template_is_written(&story);
        winter::a_campaign_is_checked_and_leaves(&story);
        answers::employers_answer(&mut story);
        answers::the_inbox_is_worked_through(&mut story);
        let opening = answers::the_question_is_answered_in_its_thread(&mut story);
        let student = student::a_school_calls(&story);
        let proposal = student::is_proposed_and_introduced(&mut story, student, opening);
        let placement = student::is_placed(&story, proposal, student, opening);
        student::it_ends_early_and_a_new_place_is_found(&mut story, placement, student);
    }

    fn a_year_of_one_broker(db) {
        let mut story = Story::begin(db);
        winter::companies_are_imported(&story);
        winter::the_mailbox_works_and_a_template_is_written(&story);
        winter::a_campaign_is_checked_and_leaves(&story);
        answers::employers_answer(&mut story);
        answers::the_inbox_is_worked_through(&mut story);
        let opening = answers::the_question_is_answered_in_its_thread(&mut story);
        let placement = placement::a_student_is_placed(&story, opening);
        spring::the_first_weeks(&mut story, placement);
        spring::silence_is_escalated(&mut story, placement);
        spring::a_worry_comes_halfway(&mut story, placement);
        spring::the_placement_ends_well(&mut story, placement);
        autumn::what_was_put_off_comes_back(&story);
        autumn::a_second_campaign_leaves_out_who_said_stop(&mut story);
        reckoning::the_books_are_right(&story, opening, placement);
    }
}

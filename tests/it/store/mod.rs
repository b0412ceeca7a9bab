//! The store's contract, run against every implementation, and what sled owes besides.
//!
//! A new implementation gets one line in [`contract!`]; a new promise one function and one line.

mod accounts;
mod codes;
mod consents;
mod crash;
mod grants;
mod logouts;
mod people;
mod races;
mod refresh;
mod requests;
pub mod samples;
mod sessions;
mod sled_folder;
mod upkeep;
mod withdrawal;

use std::sync::Arc;

use wecom_oidc::store::Store;
use wecom_oidc::store::memory::MemoryStore;
use wecom_oidc::store::sled::{Options, SledStore, Sync};

/// A store to be tried, with whatever has to live as long.
struct Subject {
    store: Arc<dyn Store>,
    folder: Option<tempfile::TempDir>,
}

fn in_memory() -> Subject {
    Subject { store: Arc::new(MemoryStore::new()), folder: None }
}

fn on_sled() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    // What a power cut would take is not looked at here, and waiting for the disk would be most of the time.
    let options = Options { sync: Sync::Process, ..Options::default() };
    Subject { store: Arc::new(SledStore::open_with(folder.path(), &options).unwrap()), folder: Some(folder) }
}

macro_rules! contract {
    ($($promises:ident { $($promise:ident,)+ })+) => {
        contract!(@ memory, super::in_memory, $($promises { $($promise,)+ })+);
        contract!(@ sled, super::on_sled, $($promises { $($promise,)+ })+);
    };
    (@ $name:ident, $new:path, $($promises:ident { $($promise:ident,)+ })+) => {
        mod $name {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $promise() {
                    let subject = $new();
                    super::$promises::$promise(subject.store).await;
                    drop(subject.folder);
                }
            )+)+
        }
    };
}

contract! {
    codes {
        a_code_is_seen_without_being_used,
        an_expired_code_is_unknown,
        a_redeemed_code_gives_a_grant_and_its_tokens,
        a_code_is_refused_the_second_time_and_its_tokens_die,
        a_used_code_is_remembered_beyond_its_own_end,
    }
    grants {
        an_access_token_ends_in_its_time,
        an_access_token_ends_with_its_grant,
        ending_one_access_token_leaves_the_rest,
        ending_the_grants_of_a_member_leaves_those_of_others,
        a_grant_without_a_refresh_token_ends_with_its_access_token,
    }
    refresh {
        a_rotation_makes_the_successor_current,
        a_lost_answer_gets_the_same_successor_again,
        the_grace_ends_in_time,
        the_grace_ends_when_the_successor_was_used,
        reuse_of_a_token_two_steps_back_kills_the_family,
        an_idle_family_is_gone,
        a_family_never_outlives_its_grant,
        each_rotation_prolongs_the_family,
        an_unknown_token_changes_nothing,
    }
    sessions {
        a_login_is_finished_once_and_then_remembered,
        a_login_without_a_session_is_remembered_all_the_same,
        a_finished_login_can_be_amended_while_it_is_remembered,
        a_new_session_ends_the_one_before_it,
        a_session_ends_when_idle_and_at_its_last_moment,
        an_ended_session_takes_its_login_record_with_it,
        the_clients_of_a_session_are_remembered,
        the_sessions_of_a_member_are_those_that_live,
    }
    logouts {
        an_ended_session_leaves_a_logout_token_for_each_of_its_clients_that_is_told,
        a_session_that_ended_by_itself_leaves_no_logout_token,
        another_session_in_the_same_browser_leaves_logout_tokens_for_the_one_before,
        a_session_that_goes_on_under_another_cookie_keeps_its_clients_and_tells_nobody,
        a_delivery_is_due_in_its_time_and_one_after_the_other,
        a_delivery_is_claimed_put_off_and_settled,
    }
    people {
        a_member_is_remembered_and_forgotten_with_the_contact,
        a_contact_is_replaced_and_forgotten,
        a_number_that_moves_is_noted_at_its_former_member,
        contacts_are_read_page_by_page_in_order,
        subjects_are_read_page_by_page_in_order,
        a_phone_ticket_works_once_and_for_its_member_only,
        a_phone_ticket_that_lives_stays_and_one_that_is_withdrawn_does_not_work,
        an_expired_phone_ticket_does_not_work,
    }
    consents {
        what_was_agreed_is_remembered_for_that_member_and_that_client_alone,
        agreeing_to_more_keeps_what_was_agreed_before,
        whoever_gets_a_userid_later_inherits_no_consent,
        a_consent_is_withdrawn_and_forgotten_with_its_member,
        of_64_who_agree_at_once_nothing_is_lost,
    }
    withdrawal {
        the_grants_of_a_member_are_those_that_live,
        access_that_is_taken_back_ends_for_that_member_and_that_client_alone,
        a_client_whose_access_is_taken_back_is_left_a_logout_token_for_each_session,
        taking_back_what_nobody_has_changes_nothing,
        of_64_who_take_access_back_one_finds_it,
        whoever_leaves_a_session_ends_what_was_granted_in_it_and_nothing_else,
        whoever_leaves_everywhere_ends_every_session_and_every_grant,
        a_session_of_somebody_else_or_one_that_is_over_cannot_be_left,
        of_64_who_leave_a_session_at_once_one_gets_it,
    }
    accounts {
        an_account_is_remembered_for_that_member_and_that_client_alone,
        an_account_is_forgotten_by_itself_and_with_its_member,
        the_holders_of_a_number_are_those_whose_contacts_hold_it,
        the_number_of_an_older_contact_is_noted_unless_another_took_its_place,
        of_64_members_with_one_number_none_is_lost,
    }
    requests {
        a_pushed_request_is_taken_once,
        a_client_has_only_so_many_pushed_requests,
        what_has_expired_does_not_count_against_a_client,
        an_assertion_id_is_good_once_for_each_client,
        a_client_has_only_so_many_assertion_ids,
        an_upstream_token_ends_in_its_time,
    }
    races {
        of_64_redeemers_one_gets_the_code,
        of_64_rotations_one_rotates_and_the_rest_get_its_successor,
        of_64_takers_one_gets_the_pushed_request,
        of_64_guides_one_stores_the_phone_ticket_and_the_rest_get_its_own,
        of_64_takers_one_uses_the_phone_ticket,
        of_64_callbacks_one_finishes_the_login,
        of_64_sign_outs_one_ends_the_session,
        of_64_claims_one_gets_the_logout_token,
        of_64_assertions_with_one_id_one_is_good,
        of_64_pushes_only_the_cap_is_stored,
    }
    upkeep {
        sweeping_removes_what_has_ended_and_nothing_else,
        sweeping_takes_no_more_than_it_was_told,
        sweeping_follows_ends_that_moved,
        fingerprints_are_kept,
        a_store_knows_whether_it_has_members,
        a_store_answers_and_flushes,
    }
}

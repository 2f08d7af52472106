//! Texts of the users.

use super::Text;

/// Users.
pub struct Users {
    pub user: Text,
    pub external_id: Text,
    pub persona: Text,
    pub student: Text,
    pub parent: Text,
    pub tutor: Text,
    pub age_band: Text,
    pub under_13: Text,
    pub from_13_to_15: Text,
    pub from_16_to_17: Text,
    pub adult: Text,
    pub unknown: Text,
    pub unknown_is_child: Text,
    pub guardian: Text,
    pub institution: Text,
    pub cohort: Text,
    pub signals: Text,
    pub created: Text,
    pub updated: Text,
    pub links_of_user: Text,
    pub consents_of_user: Text,
    pub data_of_user: Text,
    pub personal: Text,
    pub personal_hidden: Text,
    pub name: Text,
    pub email: Text,
    pub phone: Text,
    pub handle: Text,
    pub empty_title: Text,
    pub empty_detail: Text,
    pub none_match_title: Text,
    pub none_match_detail: Text,
}

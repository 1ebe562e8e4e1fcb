//! A wizard as it is seen from outside.

use std::collections::BTreeMap;

use domain::account::Account;
use domain::connection::Undo;
use domain::wizard::Wizard;
use serde::Serialize;

use super::{DiagnosisView, moment};

/// A wizard in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Wizard"))]
pub struct WizardView {
    /// Which flow of design brief section 7.
    #[cfg_attr(test, ts(type = "WizardFlow"))]
    pub flow: &'static str,
    /// Quick or full.
    #[cfg_attr(test, ts(type = "WizardWay"))]
    pub way: &'static str,
    /// Whether the quick way may be chosen.
    pub quick_offered: bool,
    /// The steps that apply, in order.
    #[cfg_attr(test, ts(type = "WizardStep[]"))]
    pub steps: Vec<&'static str>,
    /// Where the person is.
    #[cfg_attr(test, ts(type = "WizardStep"))]
    pub step: &'static str,
    /// Answers by key.
    #[cfg_attr(test, ts(type = "{ [key: string]: string }"))]
    pub answers: BTreeMap<String, String>,
    /// Ticks that must be set before `prepare` lets go on.
    #[cfg_attr(test, ts(type = "string[]"))]
    pub required: Vec<&'static str>,
    /// Whether the delete step was done.
    pub deleted: bool,
    /// Whether it can still be taken back.
    pub can_undo_delete: bool,
    /// When the next live check may be asked for.
    pub check_again_at: Option<String>,
    /// What it was opened for.
    pub diagnosis: Option<DiagnosisView>,
    /// When it was opened.
    pub started_at: String,
}

impl WizardView {
    pub(super) fn of(wizard: &Wizard, account: &Account) -> Self {
        let undo = account.removed().map(|removal| removal.undo);
        Self {
            flow: wizard.flow.code(),
            way: wizard.way.code(),
            quick_offered: wizard.quick_offered,
            steps: wizard
                .steps()
                .into_iter()
                .map(domain::wizard::Step::code)
                .collect(),
            step: wizard.step.code(),
            answers: wizard.answers.clone(),
            required: wizard.required().to_vec(),
            deleted: undo.is_some(),
            can_undo_delete: undo == Some(Undo::WhileInWizard),
            check_again_at: wizard.check_again_at.map(moment),
            diagnosis: wizard.diagnosis.as_ref().map(DiagnosisView::from),
            started_at: moment(wizard.started_at),
        }
    }
}

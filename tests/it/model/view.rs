//! All that can be seen of a store or of the model at one moment: what every name of the story opens.

use std::collections::{BTreeMap, BTreeSet};

use wecom_oidc::domain::digest::Digest;
use wecom_oidc::domain::ids::GrantId;
use wecom_oidc::domain::time::Timestamp;
use wecom_oidc::store::records::{
    AccessToken, CodeRecord, Grant, LoginRecord, LogoutDelivery, RefreshPosition, SessionRecord,
};
use wecom_oidc::store::{Result, Store};

use super::reference::{Reference, session_lives};
use super::verb::{Name, Who, told};
use crate::store::samples::{digest, member};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Code,
    Access,
    Refresh,
    Session,
    Login,
    /// The list of a member's sessions; named by the userid.
    SessionsOf,
    /// How many grants of a member live; named by the userid.
    GrantsOf,
    /// The logout tokens that wait.
    Logouts,
}

impl Kind {
    const DIGESTED: [Self; 5] = [Self::Code, Self::Access, Self::Refresh, Self::Session, Self::Login];
}

#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    Code(CodeRecord),
    Access(AccessToken, Grant),
    Refresh(GrantId, Grant, RefreshPosition),
    Session(SessionRecord),
    Login(LoginRecord),
    Sessions(BTreeSet<Digest>),
    /// Those that a refresh token keeps alive, and others.
    Grants(usize, usize),
    Logouts(Vec<LogoutDelivery>),
}

/// What is there; a name that opens nothing is not in it.
pub type View = BTreeMap<(Kind, Name), Sight>;

pub async fn of_store(store: &dyn Store, names: &BTreeSet<(Kind, Name)>, now: Timestamp) -> Result<View> {
    let mut view = View::new();
    for (kind, name) in names {
        if let Some(sight) = look(store, *kind, digest(&name.0), now).await? {
            view.insert((*kind, name.clone()), sight);
        }
    }
    for who in Who::ALL {
        let sessions = store.sessions_of(&member(who.0), now).await?;
        let sessions = sessions.into_iter().map(|(session, _)| session).collect();
        view.insert((Kind::SessionsOf, Name(who.0.to_owned())), Sight::Sessions(sessions));
        let grants = store.grants_of(&member(who.0), now).await?;
        let refreshing = grants.iter().filter(|grant| grant.refreshes).count();
        let sight = Sight::Grants(refreshing, grants.len() - refreshing);
        view.insert((Kind::GrantsOf, Name(who.0.to_owned())), sight);
    }
    let logouts = store.due_logouts(&told(), Timestamp(u64::MAX - 1), usize::MAX).await?;
    view.insert((Kind::Logouts, Name(told().to_string())), Sight::Logouts(logouts));
    Ok(view)
}

async fn look(store: &dyn Store, kind: Kind, digest: Digest, now: Timestamp) -> Result<Option<Sight>> {
    Ok(match kind {
        Kind::Code => store.code(digest, now).await?.map(Sight::Code),
        Kind::Access => store.access_token(digest, now).await?.map(|(token, grant)| Sight::Access(token, grant)),
        Kind::Refresh => {
            store.refresh_token(digest, now).await?.map(|(id, g, position)| Sight::Refresh(id, g, position))
        }
        Kind::Session => store.session(digest, now).await?.map(Sight::Session),
        Kind::Login => store.finished_login(digest, now).await?.map(Sight::Login),
        Kind::SessionsOf | Kind::GrantsOf | Kind::Logouts => None,
    })
}

/// Names that open something although they are of another kind, or were never given to anybody.
pub async fn opened_by_mistake(
    store: &dyn Store,
    names: &BTreeSet<(Kind, Name)>,
    now: Timestamp,
) -> Result<Vec<(Kind, String)>> {
    let mut opened = Vec::new();
    for (kind, name) in names {
        let text = &name.0;
        let changed = [format!("{text}0"), text[..text.len() - 1].to_owned(), text.to_uppercase()];
        let foreign = Kind::DIGESTED.into_iter().filter(|other| other != kind).map(|other| (other, text.clone()));
        // What was cut or lengthened may by chance be another's name of this kind.
        let changed = changed.into_iter().map(|text| (*kind, text));
        let unknown = changed.filter(|(kind, text)| !names.contains(&(*kind, Name(text.clone()))));
        for (kind, text) in foreign.chain(unknown) {
            if look(store, kind, digest(&text), now).await?.is_some() {
                opened.push((kind, text));
            }
        }
    }
    Ok(opened)
}

impl Reference {
    pub fn view(&self, names: &BTreeSet<(Kind, Name)>, now: Timestamp) -> View {
        let mut view: View = names
            .iter()
            .filter_map(|(kind, name)| Some(((*kind, name.clone()), self.look(*kind, digest(&name.0), now)?)))
            .collect();
        for who in Who::ALL {
            let of_member = self.sessions.iter().filter(|(_, s)| s.member == member(who.0) && session_lives(s, now));
            let sessions = of_member.map(|(session, _)| *session).collect();
            view.insert((Kind::SessionsOf, Name(who.0.to_owned())), Sight::Sessions(sessions));
            let (refreshing, others) = self.grants_of(who, now);
            view.insert((Kind::GrantsOf, Name(who.0.to_owned())), Sight::Grants(refreshing, others));
        }
        let logouts = self.logouts.values().cloned().collect();
        view.insert((Kind::Logouts, Name(told().to_string())), Sight::Logouts(logouts));
        view
    }

    fn look(&self, kind: Kind, digest: Digest, now: Timestamp) -> Option<Sight> {
        match kind {
            Kind::Code => self.codes.get(&digest).filter(|c| now < c.expires).cloned().map(Sight::Code),
            Kind::Access => {
                let token = self.access.get(&digest).filter(|token| now < token.expires)?;
                let family = self.families.get(&token.grant).filter(|family| family.lives(now))?;
                let revoked = self.revoked_access.contains(&digest);
                (!revoked).then(|| Sight::Access(token.clone(), family.grant.clone()))
            }
            Kind::Refresh => self.families.iter().find_map(|(id, family)| {
                Some(Sight::Refresh(*id, family.grant.clone(), family.position(digest, now)?))
            }),
            Kind::Session => self.sessions.get(&digest).filter(|s| session_lives(s, now)).cloned().map(Sight::Session),
            Kind::Login => self.logins.get(&digest).filter(|l| now < l.expires).cloned().map(Sight::Login),
            Kind::SessionsOf | Kind::GrantsOf | Kind::Logouts => None,
        }
    }
}

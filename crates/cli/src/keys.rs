//! `tamis keys`: makes, lists and ends the keys that callers present.

use std::fmt::Write as _;

use jiff::Timestamp;
use tamis_api::v1::{CreateKeyRequest, CreateKeyResponse, Key, ListKeysRequest, RevokeKeyRequest};
use tamis_api::well_known;
use tamis_server::{Location, keys};
use tonic::{Request, Status};

use crate::args::{
    CreateKeyArgs, KeysArgs, KeysCommand, KeysPlace, ListKeysArgs, RevokeKeyArgs, StoreAddress,
};
use crate::exit::{Outcome, misuse};
use crate::{console, output, remote, table};

/// Keys of one page of a list.
const PAGE_SIZE: i32 = 1_000;

/// Runs the command.
///
/// # Errors
/// The call failed, or the store cannot be opened.
pub(crate) fn run(args: &KeysArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        KeysCommand::Create(args) => create(args),
        KeysCommand::List(args) => list(args),
        KeysCommand::Revoke(args) => revoke(args),
    }
}

/// The store that is named in place of a server.
///
/// # Errors
/// It is none.
fn location(place: &KeysPlace) -> anyhow::Result<Option<Location>> {
    place.store.as_ref().map(StoreAddress::location).transpose()
}

fn create(args: &CreateKeyArgs) -> anyhow::Result<Outcome> {
    let key = Key {
        display_name: args.name.clone(),
        role: args.role.to_wire().into(),
        account_ids: args.accounts.clone(),
        all_accounts: args.all_accounts,
        expire_time: args.expires.map(in_that_time).transpose()?,
        ..Key::default()
    };
    let place = &args.place;
    let CreateKeyResponse { key, text } = remote::block_on(async {
        if let Some(location) = location(place)? {
            return keys::create(&location, &key, &actor(place)).await.map_err(described);
        }
        let mut client = remote::keys(remote::connect(&place.server).await?);
        let made = client.create_key(remote::by(&place.actor, CreateKeyRequest { key: Some(key) })).await;
        Ok(made.map_err(|status| remote::failure(&status))?.into_inner())
    })?;
    console::print(&format!("{text}\n"))?;
    let key_id = key.unwrap_or_default().key_id;
    console::note(&format!("made the key {key_id}; its text is not shown again"));
    Ok(Outcome::Clean)
}

fn in_that_time(time: jiff::SignedDuration) -> anyhow::Result<well_known::Timestamp> {
    let at = Timestamp::now().checked_add(time).map_err(|_| misuse("--expires: that is too far away"))?;
    Ok(well_known::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() })
}

fn list(args: &ListKeysArgs) -> anyhow::Result<Outcome> {
    let place = &args.place;
    let found = remote::block_on(async {
        match location(place)? {
            Some(location) => keys::list(&location).await.map_err(described),
            None => all(place).await,
        }
    })?;
    let told = found.iter().map(|key| output::record(args.output, key, || Ok(line(key))));
    let text = told.collect::<anyhow::Result<String>>()?;
    console::print(&text)?;
    Ok(Outcome::Clean)
}

async fn all(place: &KeysPlace) -> anyhow::Result<Vec<Key>> {
    let mut client = remote::keys(remote::connect(&place.server).await?);
    let (mut found, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListKeysRequest { page_size: PAGE_SIZE, page_token };
        let page = client.list_keys(request).await.map_err(|status: Status| remote::failure(&status))?;
        let page = page.into_inner();
        found.extend(page.keys);
        if page.next_page_token.is_empty() {
            return Ok(found);
        }
        page_token = page.next_page_token;
    }
}

fn line(key: &Key) -> String {
    let role = key.role().as_str_name().trim_start_matches("ROLE_").to_ascii_lowercase();
    let accounts = if key.all_accounts { "*".to_owned() } else { key.account_ids.join(",") };
    let mut line =
        format!("{}  {role:<8}  {}", console::printable(&key.key_id), console::printable(&accounts));
    let mut add = |what: &str, text: &str| {
        if !text.is_empty() {
            // Writing to a string does not fail.
            let written = write!(line, "  {what}{}", console::printable(text));
            debug_assert!(written.is_ok());
        }
    };
    add("", &key.display_name);
    add("made ", &table::instant_of(key.create_time.as_ref()));
    add("by ", &key.creator);
    add("expires ", &table::instant_of(key.expire_time.as_ref()));
    add("used ", &table::instant_of(key.last_used_time.as_ref()));
    line.replace('\n', " ") + "\n"
}

fn revoke(args: &RevokeKeyArgs) -> anyhow::Result<Outcome> {
    let (place, key_id) = (&args.place, &args.key_id);
    remote::block_on(async {
        if let Some(location) = location(place)? {
            return keys::revoke(&location, key_id, &actor(place)).await.map_err(described);
        }
        let mut client = remote::keys(remote::connect(&place.server).await?);
        let request: Request<RevokeKeyRequest> =
            remote::by(&place.actor, RevokeKeyRequest { key_id: key_id.clone() });
        client.revoke_key(request).await.map_err(|status| remote::failure(&status))?;
        Ok(())
    })?;
    console::note(&format!("revoked the key {key_id}"));
    Ok(Outcome::Clean)
}

/// Who writes to a store: nobody has verified it.
fn actor(place: &KeysPlace) -> String {
    String::from_utf8_lossy(place.actor.as_encoded_bytes()).into_owned()
}

/// A store that cannot be opened keeps the command from running; what is refused is told in full.
fn described(error: keys::Error) -> anyhow::Error {
    match error {
        keys::Error::Open(_) => misuse(error.to_string()),
        keys::Error::Refused(refused) => anyhow::anyhow!(remote::describe(&refused)),
        error => error.into(),
    }
}

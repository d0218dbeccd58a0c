use proptest::prelude::*;

use super::*;

fn wrong(list: Vocabulary, text: &str) -> Vec<(u64, u64, &'static str, String)> {
    let found = read(Some(list), text).expect_err(text);
    found.into_iter().map(|found| (found.line, found.column, found.text_id, found.value)).collect()
}

#[test]
fn agents_are_read_from_csv_and_json() {
    let csv = "id,first_name,last_name,email,working_hours\n\
               anna,Anna,Nowak,anna@shop.example,\"mon-fri 09:00-12:00, 13:00-17:00\"\n\
               \"o'la, 2\",Ola,,,\n";
    let read_again = read(Some(Vocabulary::Agents), csv).unwrap();
    let [anna, ola] = &*read_again.directory.agents else { panic!("two") };
    assert_eq!((&*anna.first_name, &*anna.email), ("Anna", "anna@shop.example"));
    assert_eq!(anna.working_hours.as_ref().unwrap().weekly.len(), 10);
    assert_eq!((&*ola.id, &ola.working_hours), ("o'la, 2", &None));
    assert_eq!(read_again.lines["o'la, 2"], 3);
    let json = write_json(Some(Vocabulary::Agents), &read_again.directory);
    assert_eq!(read(Some(Vocabulary::Agents), &json).unwrap().directory, read_again.directory);
    assert_eq!(write_csv(Vocabulary::Agents, &read_again.directory), csv);
}

#[test]
fn tables_of_other_programs_are_read() {
    for text in [
        "id;name;groups\nshop;Our shop;\"a,\"\"b,c\"\"\"\n",
        "\u{feff}ID\tName\tGroups\r\nshop\tOur shop\t\"a,\"\"b,c\"\"\"\r\n\r\n",
        "groups,name,id\n\"a,\"\"b,c\"\"\",Our shop,shop",
    ] {
        let read = read(Some(Vocabulary::Inboxes), text).unwrap();
        let inbox = v1::Inbox {
            id: "shop".to_owned(),
            display_name: "Our shop".to_owned(),
            group_ids: vec!["a".to_owned(), "b,c".to_owned()],
        };
        assert_eq!(read.directory.inboxes, [inbox], "{text}");
    }
}

#[test]
fn all_that_is_wrong_is_told_with_its_place() {
    let text = "id,name,colour,name\nvip,VIP\n,nobody\nvip,again,blue,x,more\n";
    assert_eq!(
        wrong(Vocabulary::Tags, text),
        [
            (1, 3, "import-misread-column", "colour".to_owned()),
            (1, 4, "import-misread-column-twice", "name".to_owned()),
            (3, 1, "import-misread-id", String::new()),
            (4, 1, "import-misread-twice", "vip (2)".to_owned()),
        ]
    );
    assert_eq!(
        wrong(Vocabulary::Tags, "id,name\n\nvip,VIP,blue\n"),
        [(3, 3, "import-misread-more", "blue".to_owned())]
    );
    assert_eq!(
        wrong(Vocabulary::Agents, "id,working_hours\nanna,mon-fri 9-17\nmarc,lundi 09:00-17:00\n"),
        [
            (2, 2, "hours-misread-spans", "mon-fri 9-17".to_owned()),
            (3, 2, "hours-misread-part", "lundi 09:00-17:00".to_owned()),
        ]
    );
    assert_eq!(wrong(Vocabulary::Tags, ""), [(1, 1, "import-misread-empty", "id, name".to_owned())]);
    assert_eq!(
        wrong(Vocabulary::Tags, "vip,VIP\n").last().unwrap(),
        &(1, 1, "import-misread-head", "id, name".to_owned())
    );
    let (line, column, text_id, value) = wrong(Vocabulary::Tags, "[\n {\"id\": 3}\n]").remove(0);
    assert_eq!((line, column, text_id), (2, 9, "import-misread-json"), "{value}");
    let unknown = wrong(Vocabulary::Agents, "[{\"id\": \"a\", \"hours\": 3}]").remove(0);
    assert!(unknown.3.contains("hours"), "{unknown:?}");
}

#[test]
fn a_whole_directory_says_which_lists_it_has() {
    let text = r#"{"agents": [{"id": "anna"}], "tags": {"terms": []}, "orderStatuses": {"terms": [{"id": "paid"}]}}"#;
    let read = read(None, text).unwrap();
    assert_eq!(read.lists, [Vocabulary::Agents, Vocabulary::Tags, Vocabulary::OrderStatuses]);
    assert_eq!(super::read(None, &write_json(None, &read.directory)).unwrap().directory, read.directory);
}

proptest! {
    /// What is written is read as the same, whatever is in it. Blanks around a value are nobody's, nor is the mark that a file begins with.
    #[test]
    fn what_is_written_is_read(
        names in prop::collection::vec(("[^\\s\\p{C}]{1,6}", "[^\\s\\p{C}]{0,6}", prop::collection::vec("[^\\s\\p{C}]{1,4}", 0..3)), 0..6)
    ) {
        let mut ids = std::collections::HashSet::new();
        let inboxes = names
            .into_iter()
            .filter(|(id, ..)| ids.insert(id.clone()))
            .map(|(id, display_name, group_ids)| v1::Inbox { id, display_name, group_ids })
            .collect();
        let directory = v1::Directory { inboxes, ..v1::Directory::default() };
        let csv = write_csv(Vocabulary::Inboxes, &directory);
        prop_assert_eq!(read(Some(Vocabulary::Inboxes), &csv).map(|read| read.directory), Ok(directory.clone()));
        let json = write_json(Some(Vocabulary::Inboxes), &directory);
        prop_assert_eq!(read(Some(Vocabulary::Inboxes), &json).map(|read| read.directory), Ok(directory));
    }

    /// Nothing that people may paste breaks it.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        for list in [Vocabulary::Agents, Vocabulary::Inboxes, Vocabulary::Tags] {
            let _ = read(Some(list), &text);
        }
        let _ = read(None, &text);
    }
}

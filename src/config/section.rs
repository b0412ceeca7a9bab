//! One table of the file: opened against its [`Schema`], so that no key in it goes unnoticed.
//!
//! Opening a section is what holds law 14's "unknown keys are refused" (serde's
//! `deny_unknown_fields` would stop at the first) and answers what this version cannot do.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reading::{Place, Reading};
use super::schema::{self, Schema};
use super::unavailable;

/// A table of the file with its way down from the top. A table that is not there reads as an empty one.
pub(super) struct Section<'a> {
    /// Where problems go.
    pub reading: &'a Reading<'a>,
    path: String,
    at: Option<usize>,
    table: Option<&'a DeTable<'a>>,
}

impl<'a> Section<'a> {
    /// The top of the file.
    pub fn root(reading: &'a Reading<'a>, table: &'a DeTable<'a>) -> Self {
        Self::open(reading, String::new(), None, Some(table), &schema::ROOT)
    }

    fn open(
        reading: &'a Reading<'a>,
        path: String,
        at: Option<usize>,
        table: Option<&'a DeTable<'a>>,
        schema: &'static Schema,
    ) -> Self {
        let section = Self { reading, path, at, table };
        section.refuse_unknown_keys(schema);
        unavailable::check(&section, schema.table);
        section
    }

    fn refuse_unknown_keys(&self, schema: &Schema) {
        for key in self.table.iter().flat_map(|table| table.keys()) {
            let name: &str = key.get_ref();
            if !schema.keys.contains(&name) {
                let place = Place { key: self.way_to(name), at: Some(key.span().start) };
                self.reading.error(&place, "is not a key of this table", schema::advice(schema, name));
            }
        }
    }

    /// Where this table begins, for problems with the whole of it.
    pub fn place(&self) -> Place {
        Place { key: self.path.clone(), at: self.at }
    }

    /// Where a key is, or, when it is not there, where it would belong.
    pub fn place_of(&self, key: &str) -> Place {
        let at = self.get(key).map(|value| value.span().start).or(self.at);
        Place { key: self.way_to(key), at }
    }

    /// Whether the key is written at all.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The raw value of a key.
    pub fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.and_then(|table| table.get(key))
    }

    /// Whether the key is written as a table without keys.
    pub fn has_empty_table(&self, key: &str) -> bool {
        self.get(key).and_then(|value| value.get_ref().as_table()).is_some_and(DeTable::is_empty)
    }

    /// Whether the key is written as `[]`.
    pub fn has_empty_list(&self, key: &str) -> bool {
        self.get(key).and_then(|value| value.get_ref().as_array()).is_some_and(|list| list.is_empty())
    }

    /// Notes that a key without a default is missing, unless it is there.
    pub fn require(&self, key: &str, remedy: &str) {
        if !self.has(key) {
            self.reading.error(&self.place_of(key), "is missing", remedy);
        }
    }

    /// The table below a key; an empty one when it is not there or is no table.
    pub fn table(&self, key: &str, schema: &'static Schema) -> Self {
        let place = self.place_of(key);
        let table = self.get(key).and_then(|value| match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => {
                self.wrong_type(&place, other, "a table", &format!("write a [{}] header", schema.table));
                None
            }
        });
        let at = place.at.filter(|_| table.is_some());
        Self::open(self.reading, place.key, at, table, schema)
    }

    /// The tables below a key by their names, as in `[wecom.NAME]`.
    pub fn named_tables(&self, key: &str, schema: &'static Schema) -> Vec<(&'a str, Self)> {
        let below = Self { reading: self.reading, path: self.way_to(key), at: None, table: None };
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(tables) = value.get_ref() else {
            let remedy = format!("write a [{}] header", schema.table);
            self.wrong_type(&self.place_of(key), value.get_ref(), "a table of tables", &remedy);
            return Vec::new();
        };
        let below = Self { table: Some(tables), ..below };
        let mut found = Vec::new();
        for (name, value) in tables {
            let name: &'a str = name.get_ref();
            let place = below.place_of(name);
            match value.get_ref() {
                DeValue::Table(table) => {
                    found.push((name, Self::open(self.reading, place.key, place.at, Some(table), schema)));
                }
                other => {
                    let remedy = format!("put it under a header with a name of your choice: [{}]", schema.table);
                    self.wrong_type(&place, other, "a table", &remedy);
                }
            }
        }
        found
    }

    /// The texts below a key whose names are the administrator's own, each with its place: a value that is no text is
    /// noted, and its name still told.
    #[allow(clippy::type_complexity)] // three plain things, read in one place
    pub fn free_texts(&self, key: &str, schema: &'static Schema) -> (Self, Vec<(String, Place, Option<String>)>) {
        let place = self.place_of(key);
        let value = self.get(key);
        let table = value.and_then(|value| value.get_ref().as_table());
        if let Some(value) = value.filter(|_| table.is_none()) {
            self.wrong_type(&place, value.get_ref(), "a table", &format!("write a [{}] header", schema.table));
        }
        let below = Self { reading: self.reading, path: place.key, at: place.at.filter(|_| table.is_some()), table };
        let names = table.into_iter().flat_map(|table| table.keys()).map(|name| name.get_ref().to_string());
        let text = |name: String| {
            let text = below.text(&name).map(|found| found.value);
            (name.clone(), below.place_of(&name), text)
        };
        let texts = names.map(text).collect();
        (below, texts)
    }

    /// The tables of a `[[key]]` list, each with its number.
    pub fn tables(&self, key: &str, schema: &'static Schema) -> Vec<Self> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let remedy = format!("write [[{}]] above each of them", schema.table);
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong_type(&self.place_of(key), value.get_ref(), "a list of tables", &remedy);
            return Vec::new();
        };
        let mut found = Vec::new();
        for (number, value) in list.iter().enumerate() {
            let place = Place { key: format!("{}[{number}]", self.way_to(key)), at: Some(value.span().start) };
            match value.get_ref() {
                DeValue::Table(table) => {
                    found.push(Self::open(self.reading, place.key, place.at, Some(table), schema));
                }
                other => self.wrong_type(&place, other, "a table", &remedy),
            }
        }
        found
    }

    /// Notes that a value is of another type than it must be.
    pub fn wrong_type(&self, place: &Place, value: &DeValue<'_>, wanted: &str, remedy: &str) {
        let is = match value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.reading.error(place, format!("must be {wanted}, but is {is}"), remedy);
    }

    fn way_to(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Severity::Error;
    use super::super::testing::{GOOD, assert_only, problems, read, with, with_tables};

    #[test]
    fn an_unknown_key_is_found_in_every_table() {
        for (text, key, line) in [
            (format!("x = 1\n{GOOD}"), "x", 1),
            (with_tables("[x]"), "x", 12),
            (with_tables("[[x]]"), "x", 12),
            (with_tables("x.y = 1"), "clients[0].x", 12),
            (with("[[clients]]", "[wecom.main.x]\n[[clients]]"), "wecom.main.x", 8),
        ] {
            assert_only(&text, key, line, Error);
        }
        for table in ["server", "store", "keys", "lifetimes", "limits", "outbound", "brand", "clients.lifetimes"] {
            let key = format!("{}.x", table.replace("clients", "clients[0]"));
            assert_only(&with_tables(&format!("[{table}]\nx = 1")), &key, 13, Error);
        }
    }

    #[test]
    fn a_value_where_a_table_must_stand_is_one_problem() {
        for (text, key, line) in [
            (format!("server = 3\n{GOOD}"), "server", 1),
            (with_tables("[[server]]"), "server", 12),
            (with("[wecom.main]", "[wecom]\nx = 1\n[wecom.main]"), "wecom.x", 4),
            (with_tables("allow = 3"), "clients[0].allow", 12),
            (with_tables("lifetimes = \"1d\""), "clients[0].lifetimes", 12),
        ] {
            assert_only(&text, key, line, Error);
        }
        let head = &GOOD[..GOOD.find("[[clients]]").expect("there")];
        assert_only(&format!("clients = [3]\n{head}"), "clients[0]", 1, Error);
        assert_eq!(problems(&format!("wecom = 3\n{}", &GOOD[..GOOD.find("[wecom").expect("there")])).len(), 2);
    }

    #[test]
    fn a_line_counts_from_one_and_a_column_in_characters() {
        let report = read(&with_tables("client_name = \"示例\" \nallow = { userids = [\"王\", 3] }")).expect_err("bad");
        let places: Vec<_> = report.problems.iter().map(|p| (p.line, p.column)).collect();
        assert_eq!(places, [(Some(13), Some(22)), (Some(13), Some(27))]);
    }
}

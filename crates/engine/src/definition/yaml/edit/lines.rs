//! Where the lines of a text begin and end.

use super::Editor;

impl Editor<'_> {
    /// Where the line of an offset begins.
    pub(super) fn line_start(&self, offset: usize) -> usize {
        self.before(offset).rfind('\n').map_or(0, |at| at + 1)
    }

    /// Where the line of an offset ends, its line break aside.
    pub(super) fn line_end(&self, offset: usize) -> usize {
        let line = self.after(offset).split('\n').next().unwrap_or_default();
        offset + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// Where the next line begins.
    pub(super) fn next_line(&self, offset: usize) -> usize {
        self.after(offset).find('\n').map_or(self.text.len(), |at| offset + at + 1)
    }

    /// Where the line break begins that an offset, at the beginning of a line, comes after.
    pub(super) fn line_break_before(&self, offset: usize) -> usize {
        let before = self.before(offset);
        let line = before.strip_suffix('\n').unwrap_or(before);
        line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// Cuts lines, with the line break after them; or with the one before if they are the last of something, as what is added
    /// behind that comes before the line break after them.
    pub(super) fn cut_whole_lines(&mut self, from: usize, to: usize, is_last: bool) {
        if is_last && from > 0 {
            self.cut(self.line_break_before(from), self.line_break_before(to));
        } else {
            self.cut(from, to);
        }
    }

    /// Whether nothing but blanks stands before an offset in its line; how many these are.
    pub(super) fn indent(&self, offset: usize) -> Option<usize> {
        let lead = self.text.get(self.line_start(offset)..offset)?;
        lead.bytes().all(|byte| byte == b' ').then_some(lead.len())
    }

    /// Where the comments begin that stand directly above the line of an offset, or else that line. What comes before is a
    /// value that ends there: a text in lines of its own may have some that look like comments.
    pub(super) fn with_comments(&self, offset: usize, before: Option<usize>) -> usize {
        let floor = before.map_or(0, |end| self.next_line(end));
        let mut start = self.line_start(offset);
        while start > floor {
            let above = self.line_start(start - 1);
            if !self.after(above).trim_start_matches([' ', '\t']).starts_with('#') {
                break;
            }
            start = above;
        }
        start
    }

    /// The comment that ends the line of an offset, where a value ends.
    pub(super) fn comment_after(&self, offset: usize) -> Option<&str> {
        let rest = self.text.get(offset..self.line_end(offset))?;
        let comment = rest.trim_start();
        (comment.starts_with('#') && comment.len() < rest.len()).then(|| comment.trim_end())
    }

    pub(super) fn before(&self, offset: usize) -> &str {
        self.text.get(..offset).unwrap_or_default()
    }

    pub(super) fn after(&self, offset: usize) -> &str {
        self.text.get(offset..).unwrap_or_default()
    }
}

//! Short texts as learners write them, made up: about one in three holds something personal.

use crate::common::Seeded;

const PLAIN: [&str; 14] = [
    "Can we finish the fractions before the test on Friday?",
    "I got 18 of 20 points, that is my best score so far!",
    "Thanks for the help yesterday, the second example was great.",
    "The quiz has 3 parts and we have 45 minutes for all of them.",
    "lol that was so easy, let's do level 7 next",
    "Who wants to join the buddy challenge? 2 places are free.",
    "Please explain again why 3/4 is more than 2/3.",
    "My streak is 21 days now and I will not stop.",
    "We read chapter 12 at home and liked the ending.",
    "Is the homework for May or for June?",
    "Great job everyone, see you at the next session.",
    "I need help with question 5, what does the graph show?",
    "ok cool, what are my options?",
    "The experiment took 20 minutes and the water was 80 degrees hot.",
];
const PERSONAL: [&str; 10] = [
    "my email is NAME.NUM@example.com, write me",
    "call me at 415-555-01NUM after school",
    "add me on snap: @NAME_NUM",
    "hi I'm NAME and I go to Lincoln Elementary School",
    "I live at NUM Oak Street, come over",
    "look at https://example.org/u/NAME?x=NUM",
    "the server was at 203.0.113.NUM again",
    "born on 3/4/2012, so I am in 5th grade",
    "mail NAME [at] example [dot] org please",
    "mom's number is +44 20 7946 00NUM",
];
const NAMES: [&str; 5] = ["emma", "Noah", "Zoë", "lucas", "Mia"];

/// So many texts, the same on every run.
pub fn texts(count: usize) -> Vec<String> {
    let mut random = Seeded(3);
    let text = |_| {
        if random.one_in(3) {
            let number = (10 + random.below(89)).to_string();
            let name = random.pick(&NAMES);
            random
                .pick(&PERSONAL)
                .replace("NAME", name)
                .replace("NUM", &number)
        } else {
            random.pick(&PLAIN).to_owned()
        }
    };
    (0..count).map(text).collect()
}

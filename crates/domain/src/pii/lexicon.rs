//! The words that tell something, and what each tells: one table for all detectors.
//!
//! A text is looked up word by word once; detectors then read the classes. Words are compared as the
//! normalised text has them, so that `Ｐｈｏｎｅ`, `téléphone` and `рhone` are found under their plain
//! spelling.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::lookalikes::plain;

/// Longer words tell nothing.
pub(super) const MAX_WORD: usize = 24;

/// What a word tells: a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Classes(u64);

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal,)+) => {
        impl Classes { $($(#[$doc])* pub(super) const $name: Self = Self(1 << $bit);)+ }
    };
}

classes! {
    /// Names a phone number before or after it.
    PHONE_NOUN = 0,
    /// Announces a phone number.
    PHONE_VERB = 1,
    SSN_NOUN = 2,
    CARD_NOUN = 3,
    /// Names a number of no person: an order, a version, an amount.
    OTHER_NOUN = 4,
    /// "number": of a phone after "my", "her" and the like.
    NUMBER = 5,
    /// Whose something is.
    POSSESSIVE = 6,
    /// Ends a street's name and means nothing else.
    STREET = 7,
    /// Ends a street's name, or is any word: "drive", "park".
    STREET_OR_WORD = 8,
    /// Begins a street's name: "rue", "calle".
    STREET_FIRST = 9,
    /// A part of a building, before its number.
    UNIT = 10,
    /// A state of the USA by its two letters.
    STATE = 11,
    MONTH = 12,
    /// Says that a date is one of birth.
    BIRTH = 13,
    /// A network where people have handles.
    NETWORK = 14,
    /// What a handle is called.
    HANDLE_NOUN = 15,
    /// What kind of school: "elementary".
    SCHOOL_LEVEL = 16,
    /// "school", "academy".
    SCHOOL = 17,
    GRADE = 18,
    /// Before a surname.
    TITLE = 19,
    /// Somebody of a family or circle: "my brother …".
    RELATION = 20,
    /// A word of grammar: never a part of a name.
    GRAMMAR = 21,
    /// A web site's, before its address.
    WEB = 22,
    /// Asks to be found on a network: "add me".
    CONTACT_VERB = 23,
    /// Measures and counts: no house has this after its number.
    MEASURE = 24,
    /// Describes schools in general: "high school", "summer school", "driving school".
    SCHOOL_KIND = 25,
    /// A capitalised word that names no person: days, months, nations, languages, subjects.
    NO_NAME = 26,
    /// An ordinal in letters: "fifth".
    ORDINAL = 27,
    /// Something found.
    COVERED = 28,
    /// Inside a name and written small: "van", "de la".
    PARTICLE = 29,
    /// A direction, as streets have: "N", "southwest".
    DIRECTION = 30,
    /// What people do: after a name at the start of a sentence.
    DOING = 31,
    /// Says that a name follows: "named".
    NAMED = 32,
    /// Begins a letter or a message to somebody: "dear".
    GREETING = 33,
    /// What a version has before its figures.
    VERSION = 34,
    /// Before a place: "at", "to".
    PLACE = 35,
    /// Before a time: "in May".
    TIME = 36,
    /// "the", "a".
    ARTICLE = 37,
    /// Says what somebody is: a nation, a faith, a condition, a mood.
    DESCRIBES = 38,
    /// Ends a phrase after which a name may stand: "ich heiße", "this is", "signed".
    INTRODUCES = 39,
    /// A word of grammar in German, French, Spanish and their like: no name.
    OTHER_GRAMMAR = 40,
    /// Somebody of a family or circle, in German, French, Spanish and their like.
    OTHER_RELATION = 41,
    /// Whose somebody is, in these languages.
    OTHER_POSSESSIVE = 42,
    /// A noun of these languages that no name is, though it may stand where one would, with a
    /// capital: what somebody is, when, what people have and learn.
    OTHER_NO_NAME = 43,
    /// What one person does with another: "beat", "helped".
    TOWARDS = 44,
    /// Begins as a school is called in German, in one word: "Goetheschule", "Grundschule".
    SCHOOL_WORD = 45,
    /// Says in German who goes to a school: "gehe", "bin".
    ATTENDS = 46,
    /// Letters that stand for a kind of school, in capitals: "IGS", "PS".
    SCHOOL_INITIALS = 47,
    /// The letter that is a network's host: "t.me", "x.com".
    SHORT_NETWORK = 48,
}

impl Classes {
    /// Whether the word tells one of these.
    pub(super) const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// Either.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const LISTS: &[(Classes, &str)] = &[
    (
        Classes::PHONE_NOUN,
        "phone phones phonenumber telephone telephones tel telno telefon telefonnummer telefono \
         telefone telephonenumber handy handynummer mobil mobile mobiles mobilnummer mob cell \
         cellphone cellular celular cel movil portable fax whatsapp viber hotline landline voicemail \
         pager msisdn телефон тел мобильный факс 电话 手机 電話 携帯 desk office ext extension",
    ),
    (
        Classes::PHONE_VERB,
        "call calling called dial ring text texting texted sms reach contact callback ph llama llamame llamar \
         appelle appelez chiama ruf anrufen bel звоните answering answer message messages messaging \
         voicemails registered",
    ),
    (Classes::SSN_NOUN, "ssn ssns security socialsecurity"),
    (
        Classes::CARD_NOUN,
        "card cards credit debit creditcard visa mastercard amex discover maestro cc kreditkarte \
         tarjeta carte carta",
    ),
    (
        Classes::OTHER_NOUN,
        "account acct invoice order orders id ids identifier ref reference tracking serial isbn issn \
         doi iban bic swift zip zipcode postal postcode code pin case ticket policy license licence \
         passport member membership customer client routing sku model version release room page pages \
         chapter year years price total amount sum cost paid balance vin build item product part \
         article lot batch confirmation booking flight hash dollars euros pounds people users times \
         bytes timestamp epoch latitude longitude score points level",
    ),
    (Classes::NUMBER, "number numbers numero nummer num"),
    (
        Classes::POSSESSIVE,
        "my your his her our their whose s mom dad",
    ),
    (
        Classes::STREET,
        "street avenue ave road rd blvd boulevard lane ln parkway pkwy highway hwy expressway \
         terrace turnpike crescent cul strasse straat",
    ),
    (
        Classes::STREET_OR_WORD,
        "st str dr drive way court ct place pl square sq circle cir trail trl loop path pike row run \
         walk close mews park gardens grove hill view heights plaza alley ridge crossing point green \
         rise vale bend parade promenade quay wharf esplanade landing hollow meadow meadows route rte \
         center centre",
    ),
    (
        Classes::STREET_FIRST,
        "rue calle via viale avenida av rua ulica ul piazza plaza corso paseo carrer chemin allee \
         impasse travessa largo strada rambla camino carretera ruelle quai jalan",
    ),
    (
        Classes::UNIT,
        "apt apartment suite ste unit floor fl room rm building bldg lot trailer wohnung top stiege flat",
    ),
    (
        Classes::STATE,
        "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj \
         nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy aa ae ap",
    ),
    (
        Classes::MONTH,
        "january february march april may june july august september october november december jan \
         feb mar apr jun jul aug sep sept oct nov dec januar februar maerz marz mai juni juli oktober \
         dezember enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre \
         diciembre janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre",
    ),
    (
        Classes::BIRTH,
        "born birth birthday birthdate birthdays bday dob geboren geburtstag geburtsdatum nacido nacida \
         nacimiento cumpleanos naissance nacio geb",
    ),
    (
        Classes::NETWORK,
        "snap snapchat insta instagram ig tiktok discord twitter twitch youtube telegram kik roblox \
         minecraft fortnite steam xbox psn playstation reddit facebook fb gamertag threads bluesky \
         mastodon pinterest tumblr bereal skype wechat signal whatsapp vsco epic tt yt dc",
    ),
    (
        Classes::HANDLE_NOUN,
        "handle username user usernames tag name id nick nickname screenname account acc profile gamertag login",
    ),
    (
        Classes::SCHOOL_LEVEL,
        "elementary elem primary middle high secondary grammar junior senior preparatory prep charter \
         montessori magnet parochial comprehensive infant infants grade",
    ),
    (
        Classes::SCHOOL,
        "school academy schule grundschule hauptschule realschule gesamtschule gymnasium kindergarten \
         preschool lycee ecole escuela colegio instituto liceo scuola szkola",
    ),
    (
        Classes::GRADE,
        "grade grader graders class form year klasse grado classe",
    ),
    (
        Classes::TITLE,
        "mr mrs ms miss mx dr prof professor sir madam coach principal teacher aunt auntie uncle grandma \
         grandpa granny pastor rabbi father sister brother herr herrn frau senor senora monsieur madame \
         lord lady captain officer nurse",
    ),
    (
        Classes::RELATION,
        "friend friends bestie bff brother sister bro sis twin cousin son daughter mom mum mother dad \
         father stepmom stepdad stepbrother stepsister nephew niece husband wife boyfriend girlfriend \
         classmate teammate neighbor neighbour teacher tutor coach babysitter roommate buddy partner \
         grandson granddaughter child kid student pupil",
    ),
    (
        Classes::GRAMMAR,
        "a an the this that these those my your his her its our their i you he she it we they me him us \
         them and or but nor so yet if then else when while because as at by for from in into of off on \
         onto out over to up with without about after before between through during against under \
         until since is are was were be been being am do does did done doing have has had having will \
         would shall should can could may might must not no yes there here where why how what which who \
         whom whose all any both each few more most other some such only own same than too very just \
         also again ever never always often now still even much many well back down away please thanks \
         thank ok okay oh hey hi hello dear let lets get got go goes went come came make made see saw \
         say said know think like want need",
    ),
    (
        Classes::WEB,
        "website websites site sites web url urls link links page homepage blog visit domain portfolio \
         browse http https www webpage",
    ),
    (
        Classes::CONTACT_VERB,
        "add follow dm hmu message msg find friend subscribe ping tag text",
    ),
    (
        Classes::MEASURE,
        "minute minutes min mins hour hours day days week weeks month months year years mile miles km \
         meter meters metre metres feet foot inches yards people persons students kids children times \
         percent points dollars euros pounds steps pages blocks lanes lane seconds second more other of \
         bytes kb mb cars way ways",
    ),
    (
        Classes::SCHOOL_KIND,
        "driving sunday summer night law medical med business public private old new art music dance \
         drama boarding online home local international catholic christian jewish after back whole entire \
         nursing flight cooking swim trade culinary graduate grad film language saturday evening day \
         state city best good great big small favorite first last next same different american british \
         english german french every another special village neighborhood police ski surf beauty god \
         monday tuesday wednesday thursday friday january february march april june july september \
         october november december dear welcome hello attend attending visit visiting change start \
         starting finish leave leaving love hate enjoy miss during since until year term week teach \
         join help support need called named favourite our both most some",
    ),
    (
        Classes::NO_NAME,
        "monday tuesday wednesday thursday friday saturday sunday january february march april june july \
         august september october november december american british english german french spanish italian \
         chinese japanese korean indian mexican canadian australian russian african european asian irish \
         scottish dutch polish swedish turkish greek arabic latin christian muslim jewish catholic hindu \
         buddhist protestant god jesus lord internet christmas easter halloween thanksgiving ramadan \
         hanukkah math maths mathematics algebra geometry calculus history science biology chemistry \
         physics geography spanish art music gym pe p ok okay tv usa uk eu nasa youtube google facebook \
         instagram tiktok snapchat discord minecraft roblox fortnite iphone ipad android windows wisdom \
         discipline university college school earth america england germany france spain italy china japan \
         india mexico canada australia russia africa europe asia london paris berlin york new los san st \
         street avenue road north south east west i im ive ill id",
    ),
    (
        Classes::ORDINAL,
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    ),
    (
        Classes::PARTICLE,
        "al bin da de del della der den di dos du el la le las los van von ibn ten ter zu",
    ),
    (
        Classes::DIRECTION,
        "n s e w ne nw se sw north south east west northeast northwest southeast southwest",
    ),
    (
        Classes::DOING,
        "said says told asked tells asks went goes loves likes wants plays lives wrote writes knows \
         thinks feels needs asked answered smiled laughed cried finished scored won lost got gets studies \
         practices practiced reads hates enjoys misses called texted asked",
    ),
    (
        Classes::NAMED,
        "named called name names nickname nicknamed namens llamo heisse heiße appelle vorname nachname familienname \
         surname firstname lastname forename",
    ),
    (
        Classes::GREETING,
        "hi hello hey dear thanks sincerely love regards cheers bye goodbye hiya yo congrats \
         congratulations welcome hola hallo bonjour",
    ),
    (
        Classes::VERSION,
        "version v ver release build firmware section chapter clause section sec driver kernel rev revision",
    ),
    (
        Classes::PLACE,
        "at to from attend attends attended attending in near",
    ),
    (
        Classes::TIME,
        "in on by since until till during last next this every early late mid of through from each \
         between before after past coming",
    ),
    (
        Classes::ARTICLE,
        "the a an this that these those some any no each every another",
    ),
    (
        Classes::DESCRIBES,
        "afghan albanian algerian angolan arab argentine argentinian armenian austrian azerbaijani \
         bahraini bangladeshi bavarian belarusian belgian bolivian bosnian brazilian bulgarian burmese \
         cambodian cameroonian chilean colombian congolese croatian cuban cypriot czech danish dominican \
         ecuadorian egyptian emirati estonian ethiopian fijian filipina filipino finnish ghanaian \
         guatemalan haitian hawaiian hispanic honduran hungarian icelandic indonesian iranian iraqi israeli \
         ivorian jamaican jordanian kazakh kenyan kosovar kurdish kuwaiti laotian latina latino latinx \
         latvian lebanese liberian libyan lithuanian malaysian malian maltese maori moldovan mongolian \
         moroccan namibian nepalese nepali nicaraguan nigerian norwegian pakistani palestinian panamanian \
         paraguayan persian peruvian portuguese qatari romanian rwandan salvadoran samoan saudi scots \
         senegalese serbian singaporean slovak slovenian somali sudanese swiss syrian taiwanese tanzanian \
         thai tongan tunisian ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni zambian \
         zimbabwean agnostic anglican atheist baptist evangelical lutheran methodist mormon orthodox sikh \
         adhd asd autistic bi bipolar blind bulimic anorexic anaemic anemic celiac coeliac colorblind \
         colourblind deaf depressed disabled gay lesbian mute nonbinary ocd pescatarian pregnant ptsd queer \
         straight trans vegan aquarius aries cancer capricorn gemini libra pisces sagittarius scorpio taurus \
         virgo afk afraid alive alone angry asap ashamed asleep awake aware awesome back bad big black bored \
         busy clever cold cool crazy curious dead different dizzy dumb early famous female fine free funny \
         glad good great guilty happy healthy home honest hot human hungry ill innocent jealous lame late \
         lazy lonely lost lucky mad male maybe nervous new nice normal old open over poor pretty proud quiet \
         ready rude sad safe scared serious short shy sick silly single sleepy small smart sorry strong \
         stupid super sure tall thirsty tired today tomorrow tonight ugly upset weak weird white worried \
         wrong later soon perhaps anytime whatever northern southern eastern western \
         central little modern ancient united royal",
    ),
    (
        Classes::INTRODUCES,
        "is ist est es e me heisse heiße heisst heißt appelle nomme llamo llama chiamo chiama chamo chama \
         heet heter hedder sie imie signed sincerely regards yours truly love xoxo gruße grußen grusse \
         gruesse saludos cordialement groetjes bin suis soy ben sono sou ar er jestem",
    ),
    (
        Classes::OTHER_GRAMMAR,
        "nicht auch ja doch noch schon so wie eigentlich immer hier nun aber ihn ihr dich euch sie es das \
         den dem der die ein eine einen mit von zu was anders willkommen alle gut egal unwichtig geheim \
         pas plus comme comment bien aussi moi toi lui elle il le les un une mon ma mes ton ta ce tout tous \
         mi mucho por para ayer hoy el la los una de desde cuando que tu su y pero muy mas no asi como igual \
         cosi anche non come molto niet ook maar inte ocksa ikke nie tez jak",
    ),
    (
        Classes::OTHER_RELATION,
        "freund freundin bruder schwester mutter vater mama papa oma opa tante onkel cousin cousine \
         kusine vetter tochter sohn lehrer lehrerin klassenlehrer klassenlehrerin mitschuler \
         mitschulerin klassenkamerad klassenkameradin nachbar nachbarin partner partnerin kumpel neffe \
         nichte enkel enkelin zwillingsbruder zwillingsschwester halbbruder halbschwester stiefbruder \
         stiefschwester stiefvater stiefmutter trainer trainerin banknachbar banknachbarin sitznachbar \
         sitznachbarin ami amie copain copine frere soeur sœur mere pere fils fille oncle voisin voisine \
         professeur maitre maitresse camarade neveu niece mari femme maman amigo amiga hermano hermana \
         primo prima madre padre tio tia hijo hija abuelo abuela companero companera vecino vecina \
         profesor profesora maestro maestra novio novia sobrino sobrina amico amica fratello sorella \
         cugino cugina zio zia figlio figlia compagno compagna irmao irma mae pai colega vriend vriendin \
         broer zus moeder vader neef nicht oom buurman buurvrouw klasgenoot",
    ),
    (
        Classes::OTHER_POSSESSIVE,
        "mein meine meiner meinem meinen meines dein deine deiner deinem deinen sein seine seiner seinem \
         seinen ihr ihre ihrer ihrem ihren unser unsere unserer unserem unseren euer eure eurer mon ma mes \
         ton ta tes son sa ses notre nos votre vos leur leurs mi mis tu tus su sus nuestro nuestra mio mia \
         tuo tua suo sua meu minha teu seu nosso nossa mijn jouw zijn haar onze ons",
    ),
    (
        Classes::OTHER_NO_NAME,
        "montag dienstag mittwoch donnerstag freitag samstag sonntag morgen mittag nachmittag abend nacht \
         wochenende heute gestern januar februar marz april mai juni juli august september oktober \
         november dezember fruhling sommer herbst winter weihnachten ostern ferien pause lundi mardi \
         mercredi jeudi vendredi samedi dimanche noel lunes martes miercoles jueves viernes sabado \
         domingo angst hunger durst geld geburtstag fussball fußball blumen zeit spass spaß lust gluck pech \
         recht krebs fieber hilfe schokolade kuchen bescheid danke bitte hallo freunde schuler schulerin \
         schule student studentin lehrer lehrerin hausaufgaben hausaufgabe noten abitur abi unterricht \
         klasse deutsch englisch franzosisch spanisch latein mathe mathematik sport musik kunst physik \
         chemie bio biologie erdkunde geschichte religion ethik informatik sachkunde nachhilfe deutscher \
         deutsche turke turkin franzose franzosin pole polin russe russin chinese chinesin schwede \
         schwedin dane fan profi gamer single zwilling einzelkind junge madchen mann frau kind baby mensch \
         mama papa oma opa vater mutter bruder schwester freund freundin sohn tochter mitglied chef boss \
         konig konigin prinz prinzessin erster erste zweiter zweite dritter dritte letzter letzte beste \
         bester neuer neue team christ christin muslim muslima jude judin atheist atheistin hindu moslem \
         weltmeister nummer platz level experte expertin torwart gast zeuge waise arzt arztin koch kochin \
         polizist polizistin schuld zuhause azubi linkshander veganer vegetarier francais francaise \
         allemand allemande anglais anglaise espagnol espagnole italien italienne belge suisse canadien \
         canadienne americain americaine marocain marocaine algerien algerienne tunisien portugais \
         polonais chinois japonais europeen eleve professeur prof etudiant etudiante fille garcon \
         musulman musulmane malade triste heureux heureuse content contente catolico catolica \
         vegetariano vegetariana espanol espanola aleman alemana mexicano mexicana argentino colombiano \
         colombiana peruano peruana venezolano venezolana chileno chilena cubano cubana ingles inglesa \
         italiano italiana estudiante alumno alumna profesor profesora maestro maestra tedesco studente \
         nederlander nederlandse leerling belg mude muede krank gesund froh stolz nervos nervoes aufgeregt bereit \
         dabei verliebt verwirrt begeistert klein gross groß schlau dumm bose boese sauer satt allein alleine wach \
         spat spaet zuruck zurueck fertig raus weg da",
    ),
    (
        Classes::TOWARDS,
        "beat beats beaten defeated outscored outplayed outran helped helps taught teaches tutored tutors coached \
         challenged challenges invited invites met meets thanked joined followed likes liked loves loved \
         hates hated plays played playing friends told asked called texted messaged knows knew married hugged kissed bullied teased hit \
         pushed pranked dared raced faced fought tied blocked reported trusts misses missed visited saw \
         copied passed chose picked against versus vs besiegte schlug half traf mag kennt liebt hasst \
         besuchte gegen",
    ),
    (Classes::SCHOOL_INITIALS, "igs kgs gs ggs ghs grs obs ps p"),
    (Classes::SHORT_NETWORK, "t m x"),
    (
        Classes::ATTENDS,
        "schuler schulerin gehe gehst geht gehen ging komme kommst kommt kommen kam wechsle wechselt bin bist ist sind war",
    ),
];

struct Entry {
    /// As read: to tell words with the same hash apart.
    word: Box<[char]>,
    classes: Classes,
}

static TABLE: LazyLock<HashMap<u64, Entry, BuildHasherDefault<Hashed>>> = LazyLock::new(|| {
    let mut table: HashMap<u64, Entry, BuildHasherDefault<Hashed>> = HashMap::default();
    for (classes, words) in LISTS {
        for word in words.split_whitespace().flat_map(as_read) {
            let entry = table.entry(hash(&word)).or_insert_with(|| Entry {
                word: word.into(),
                classes: Classes::default(),
            });
            entry.classes = entry.classes.or(*classes);
        }
    }
    table
});

/// A word as the normalised text has it: letters that look like Latin ones are Latin there, and
/// which letters do depends on the case (`Т` does, `т` does not).
fn as_read(word: &str) -> [Vec<char>; 3] {
    let capital: String = word
        .chars()
        .take(1)
        .flat_map(char::to_uppercase)
        .chain(word.chars().skip(1))
        .collect();
    let read = |written: String| {
        written
            .chars()
            .map(plain)
            .flat_map(char::to_lowercase)
            .collect()
    };
    [word.to_owned(), capital, word.to_uppercase()].map(read)
}

/// What a word, as the normalised text has it, tells.
pub(super) fn classes_of(word: &[char]) -> Classes {
    if word.len() > MAX_WORD {
        return Classes::default();
    }
    let mut lower = ['\0'; MAX_WORD];
    for (slot, char) in lower.iter_mut().zip(word) {
        *slot = lower_of(*char);
    }
    let lower = &lower[..word.len()];
    TABLE
        .get(&hash(lower))
        .filter(|entry| *entry.word == *lower)
        .map_or(Classes::default(), |entry| entry.classes)
}

/// The lower case of a character that has one of a single character, else the character.
pub(super) fn lower_of(char: char) -> char {
    if char.is_ascii() {
        return char.to_ascii_lowercase();
    }
    let mut lower = char.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => char,
    }
}

/// FNV-1a over characters, mixed at the end.
fn hash(word: &[char]) -> u64 {
    let fnv = word.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, char| {
        (hash ^ u64::from(*char as u32)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    fnv ^ (fnv >> 32)
}

/// Takes a hash for what it is.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(word: &str) -> Classes {
        classes_of(&word.chars().collect::<Vec<_>>())
    }

    #[test]
    fn words_are_found_in_either_case() {
        for word in ["phone", "PHONE", "Phone"] {
            assert!(classes(word).any(Classes::PHONE_NOUN), "{word}");
        }
        assert_eq!(classes("xylophone"), Classes::default());
        assert_eq!(classes(&"phone".repeat(20)), Classes::default());
    }

    #[test]
    fn a_word_may_tell_several_things() {
        let may = classes("may");
        assert!(may.any(Classes::MONTH) && may.any(Classes::GRAMMAR));
    }
}

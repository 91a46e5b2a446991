//! Lines of work, read out of a programme's name, a role that is sought or a role that is offered. The list of stems is closed:
//! a name, a "hij" or a "zij" is on it nowhere, and each stem holds for a man's, a woman's and a neutral form of the word.

use super::bits::code_set;
use crate::domain::code::code;
use crate::domain::company::fold;
use crate::domain::words::Lang;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use std::borrow::Cow;
use std::sync::LazyLock;

code! {
    /// A line of work.
    pub enum Craft {
        /// Shops and selling.
        Retail = "retail",
        /// Waiting on guests, hotels, reception of guests.
        Hospitality = "hospitality",
        /// Cooking.
        Kitchen = "kitchen",
        /// Bread and pastry.
        Bakery = "bakery",
        /// Meat and fish.
        Butcher = "butcher",
        /// Making food in a factory.
        Food = "food",
        /// Nursing and care.
        Care = "care",
        /// Children and teaching.
        Children = "children",
        /// Social work and neighbourhoods.
        Social = "social",
        /// Sport and exercise.
        Sport = "sport",
        /// Hair, skin and nails.
        Beauty = "beauty",
        /// Office and administration.
        Office = "office",
        /// Books and money.
        Finance = "finance",
        /// Marketing, communication and events.
        Marketing = "marketing",
        /// Computers and software.
        It = "it",
        /// Pictures, print and media.
        Media = "media",
        /// Law and government.
        Law = "law",
        /// Guarding and safety.
        Security = "security",
        /// Goods: warehouse and shipping.
        Logistics = "logistics",
        /// Driving.
        Transport = "transport",
        /// Cars, bicycles and other vehicles.
        Vehicles = "vehicles",
        /// Machines and metal.
        Metal = "metal",
        /// Electricity.
        Electricity = "electricity",
        /// Pipes, heating and cold.
        Installation = "installation",
        /// Building, wood and walls.
        Building = "building",
        /// Paint and finish.
        Painting = "painting",
        /// Furniture and interiors.
        Interior = "interior",
        /// Plants and gardens.
        Green = "green",
        /// Animals.
        Animals = "animals",
        /// Farming.
        Farming = "farming",
        /// Cleaning and facilities.
        Cleaning = "cleaning",
        /// Laboratories and process.
        Laboratory = "laboratory",
        /// Clothes and fabric.
        Fashion = "fashion",
        /// Ships and ports.
        Shipping = "shipping",
        /// Travel and leisure.
        Leisure = "leisure",
    }
}

code_set! {
    /// Lines of work; none: the text names none that is known.
    pub struct Crafts(u64) of Craft;
}

/// Stems, folded. One of five letters or fewer is a word of its own; a longer one is found inside words as well ("bakker" in
/// "banketbakker").
const STEMS: &[(Craft, &str)] = &[
    (Craft::Retail, "verkoop verkop winkel kassa kassam kassier cassier retail sales supermarkt detailhandel shop"),
    (
        Craft::Hospitality,
        "horeca bediening gastheer gastvrouw hotel hotelmedew receptie barista restaurant waiter waitress hospitality front_office housekeeping",
    ),
    (Craft::Kitchen, "kok kokkin keuken chef cook kitchen catering"),
    (Craft::Bakery, "bakker banket patiss bakery baker"),
    (Craft::Butcher, "slager visbewerk butcher"),
    (Craft::Food, "voeding levensmiddel food"),
    (
        Craft::Care,
        "zorg thuiszorg ouderenzorg kraamzorg gehandicaptenzorg zorgmedew zorghulp zorgassist verzorgende kraamverzorg helpende verpleeg verpleg apotheek doktersassist tandarts nurse nursing care",
    ),
    (Craft::Children, "pedagog kinderopvang onderwijsassist peuter kinderdag childcare nursery teaching_assist"),
    (Craft::Social, "sociaal_werk social_work maatschappelijk welzijn jongerenwerk sociaal-cult"),
    (Craft::Sport, "sport sportbeg sportins fitness zwembad"),
    (Craft::Beauty, "kapper kapster kapsalon schoonheids nagelstyl hairdress beauty"),
    (
        Craft::Office,
        "administrat secretar kantoor office_assist backoffice back_office klantenservice customer_service",
    ),
    (Craft::Finance, "boekhoud financ accountan salarisadmin bookkeep"),
    (Craft::Marketing, "marketing communicatiem communicatiead evenement social_media"),
    (
        Craft::It,
        "ict software programmeur programmer developer systeembeheer helpdesk netwerkbeheer it_support it-support",
    ),
    (Craft::Media, "grafisch vormge fotograf audiovis graphic drukkerij"),
    (Craft::Law, "juridisch legal advocat notari gemeente"),
    (Craft::Security, "beveilig handhav toezicht security veiligheid"),
    (Craft::Logistics, "logist magazijn warehouse orderpick expedit distributie"),
    (Craft::Transport, "chauffeur vrachtwagen koerier driver transport bezorger bezorgster"),
    (
        Craft::Vehicles,
        "autotechn automont garage fietstechn fietsenmak rijwiel tweewieler car_mechanic autoschade bedrijfsauto carrosser",
    ),
    (
        Craft::Metal,
        "monteur montag lasser lassen metaal werktuigbouw verspan machinebouw welder welding mechanic cnc techniek technicus",
    ),
    (Craft::Electricity, "elektr electric mechatron"),
    (Craft::Installation, "installat loodgiet plumber plumbing koeltechn dakdek"),
    (Craft::Building, "timmer metsel bouwvak bouwkund tegelzet stukado stratenmak carpent construction infra"),
    (Craft::Painting, "schilder painter spuiter"),
    (Craft::Interior, "meubel interieur stoffeer furniture"),
    (Craft::Green, "hovenier groen groenvoorz bloemist florist garden tuin tuinman tuinvrouw boomverzorg"),
    (Craft::Animals, "dierverzorg dieren paraveterin animal"),
    (Craft::Farming, "veehoud akkerbouw landbouw tuinbouw agraris teelt kas farm farmer"),
    (Craft::Cleaning, "schoonma facilitair glazenwas cleaning cleaner huishoud"),
    (Craft::Laboratory, "laborat procestechn procesoper operator analist analyst"),
    (Craft::Fashion, "mode kleding textiel naaiatelier fashion tailor kleermak"),
    (Craft::Shipping, "scheep matroos binnenvaart haven havenmed shipyard maritiem"),
    (Craft::Leisure, "toerisme reisbureau leisure recreatie tourism travel_agen"),
];

/// The most letters of a stem that must be a whole word.
const WHOLE: usize = 5;

/// What finds the stems, with the craft of each.
static FINDER: LazyLock<Option<(AhoCorasick, Vec<Craft>)>> = LazyLock::new(|| {
    let words =
        |(craft, stems): &(Craft, &'static str)| stems.split(' ').map(|stem| (*craft, stem)).collect::<Vec<_>>();
    let (crafts, stems): (Vec<Craft>, Vec<&str>) = STEMS.iter().flat_map(words).unzip();
    let stems: Vec<String> = stems.iter().map(|stem| stem.replace('_', " ")).collect();
    let finder = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(stems);
    finder.ok().map(|finder| (finder, crafts))
});

impl Crafts {
    /// The lines of work that a text names.
    pub fn of(text: &str) -> Self {
        let Some((finder, crafts)) = &*FINDER else { return Self::default() };
        let folded = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(fold(text)) };
        let bytes = folded.as_bytes();
        let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let whole =
            |start: usize, end: usize| !letter(end) && start.checked_sub(1).is_none_or(|before| !letter(before));
        let found = finder.find_overlapping_iter(&*folded);
        found
            .filter(|found| found.len() > WHOLE || whole(found.start(), found.end()))
            .filter_map(|found| crafts.get(found.pattern().as_usize()).copied())
            .collect()
    }
}

impl Craft {
    /// What people call it.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Retail => lang.t("winkel en verkoop", "shops and selling"),
            Self::Hospitality => lang.t("horeca en gastvrijheid", "hospitality"),
            Self::Kitchen => lang.t("keuken", "kitchen"),
            Self::Bakery => lang.t("brood en banket", "bakery"),
            Self::Butcher => lang.t("vlees en vis", "meat and fish"),
            Self::Food => lang.t("voeding", "food"),
            Self::Care => lang.t("zorg", "care"),
            Self::Children => lang.t("kinderen en onderwijs", "children and teaching"),
            Self::Social => lang.t("sociaal werk", "social work"),
            Self::Sport => lang.t("sport", "sport"),
            Self::Beauty => lang.t("haar en verzorging", "hair and beauty"),
            Self::Office => lang.t("kantoor", "office"),
            Self::Finance => lang.t("boekhouding", "bookkeeping"),
            Self::Marketing => lang.t("marketing en communicatie", "marketing and communication"),
            Self::It => lang.t("ICT", "IT"),
            Self::Media => lang.t("media en vormgeving", "media and design"),
            Self::Law => lang.t("recht en overheid", "law and government"),
            Self::Security => lang.t("veiligheid", "security"),
            Self::Logistics => lang.t("magazijn en logistiek", "warehouse and logistics"),
            Self::Transport => lang.t("vervoer", "transport"),
            Self::Vehicles => lang.t("auto's en fietsen", "cars and bicycles"),
            Self::Metal => lang.t("techniek en metaal", "machines and metal"),
            Self::Electricity => lang.t("elektrotechniek", "electricity"),
            Self::Installation => lang.t("installatietechniek", "plumbing and heating"),
            Self::Building => lang.t("bouw", "building"),
            Self::Painting => lang.t("schilderwerk", "painting"),
            Self::Interior => lang.t("meubels en interieur", "furniture and interiors"),
            Self::Green => lang.t("groen", "plants and gardens"),
            Self::Animals => lang.t("dieren", "animals"),
            Self::Farming => lang.t("land- en tuinbouw", "farming"),
            Self::Cleaning => lang.t("schoonmaak en facilitair", "cleaning and facilities"),
            Self::Laboratory => lang.t("laboratorium en proces", "laboratory and process"),
            Self::Fashion => lang.t("mode en textiel", "fashion and fabric"),
            Self::Shipping => lang.t("scheepvaart en haven", "ships and ports"),
            Self::Leisure => lang.t("reizen en recreatie", "travel and leisure"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_lines_of_work_that_are_in_it() {
        for (text, crafts) in [
            ("verkoopmedewerker", "retail"),
            ("Verkoper (oefenkwalificatie)", "retail"),
            ("medewerker bediening", "hospitality"),
            ("Banketbakker", "bakery"),
            ("Assistent-kok", "kitchen"),
            ("medewerker ICT", "it"),
            ("Pâtissier", "bakery"),
            ("hovenier", "green"),
            ("Helpende zorg en welzijn", "care,social"),
            ("pedagogisch medewerker", "children"),
            ("monteur", "metal"),
            ("timmerman", "building"),
            ("iets met mensen", ""),
            ("kokosmat en modern", ""),
            ("kassa of chef-kok", "retail,kitchen"),
            ("", ""),
        ] {
            let words: Vec<&str> = Crafts::of(text).iter().map(Craft::as_str).collect();
            assert_eq!(words.join(","), crafts, "{text}");
        }
    }

    #[test]
    fn the_forms_of_a_word_for_men_women_and_anybody_are_one() {
        for forms in [
            &["verkoper", "verkoopster", "verkoopmedewerker"][..],
            &["kapper", "kapster"],
            &["kok", "kokkin"],
            &["timmerman", "timmervrouw", "timmermedewerker"],
            &["gastheer", "gastvrouw"],
            &["verpleger", "verpleegster", "verpleegkundige"],
            &["schoonmaker", "schoonmaakster"],
            &["secretaris", "secretaresse"],
            &["waiter", "waitress"],
            &["administrateur", "administratrice", "administratief medewerker"],
            &["leraar kinderopvang", "lerares kinderopvang"],
            &["zij wil verkoper worden", "hij wil verkoper worden", "hen wil verkoper worden"],
        ] {
            for form in forms {
                assert_eq!(Crafts::of(form), Crafts::of(forms[0]), "{form}");
            }
        }
    }

    #[test]
    fn words_for_people_name_no_work() {
        for word in [
            "hij", "zij", "hem", "haar", "jongen", "meisje", "man", "vrouw", "meneer", "mevrouw", "dochter", "zoon",
            "he", "she", "his", "her", "boy", "girl", "Mohammed", "Fatima", "Emma", "Daan", "Sem", "Noor", "Zuzanna",
        ] {
            assert!(Crafts::of(word).is_empty(), "{word}");
        }
    }
}

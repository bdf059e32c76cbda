"""What senders call things: the tables behind the guesses of which value is which of our fields."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = {
    "first_name": "firstname fname first givenname forename vorname prenom nombre",
    "last_name": "lastname lname last surname familyname nachname apellido apellidos nomdefamille",
    "name": "name fullname personname displayname realname names",
    "email": """email emailaddress mail mailaddress workemail businessemail companyemail personalemail primaryemail
        emails inputemail correo from fromemail""",
    "phone": """phone phonenumber phones mobile mobilephone mobilenumber cell cellphone tel telephone telephonenumber
        workphone businessphone primaryphone whatsapp whatsappnumber inputphonenumber telefon telefono""",
    "handle": "handle username social socialhandle socialprofile profile profileurl profilelink dm dmhandle",
    "company": """company companyname organization organisation organizationname organisationname business
        businessname account accountname employer employername firm firma entreprise empresa""",
    "title": "jobtitle title role jobrole position occupation jobfunction",
    "message": """message messages comment comments question questions inquiry enquiry details description notes
        additionalnotes howcanwehelp howcanwehelpyou whatcanwedoforyou nachricht mensaje""",
    "page": """page pageurl pageuri url landingpage landingpageurl formurl currenturl submissionurl href pagepath""",
    "action": """action actiontaken form formname formtitle intent intention requesttype inquirytype enquirytype
        leadtype conversion conversionname""",
    "resource": """resource resourcename resourcetitle asset assetname assettitle download downloadname
        downloadtitle leadmagnet ebook whitepaper guide contentname contenttitle file filename""",
    "consent": """consent optin optedin marketingconsent marketingoptin gdpr gdprconsent emailconsent
        contactconsent acceptsmarketing permission privacyconsent agreetocontact""",
    "opt_out": "optout optedout unsubscribe unsubscribed donotcontact donotemail",
    "country": "country countrycode countryname",
    "zone": "timezone tz timezonename",
    "product": "product productname productinterest interest interestedin service",
    "region": "region state province stateprovince stateregion bundesland county provincia",
    "language": "language lang locale preferredlanguage browserlanguage sprache idioma",
    "size": "companysize companyemployees employees employeecount numberofemployees numemployees numberemployees",
    "customer": "iscustomer existingcustomer currentcustomer alreadycustomer",
    "external_id": """externalid leadid contactid submissionid responseid entryid recordid leadgenid objectid vid
        uuid uid guid""",
    "referrer": "referrer referer referrerurl httpreferer httpreferrer",
    "campaign": "campaign campaignname",
    "utm_source": "utmsource",
    "utm_medium": "utmmedium",
    "utm_campaign": "utmcampaign",
    "utm_term": "utmterm",
    "utm_content": "utmcontent",
    "gclid": "gclid",
    "fbclid": "fbclid",
    "msclkid": "msclkid",
    "test": "istest test testlead testmode",
}

NETWORKS = {
    "linkedin": "linkedin.com",
    "twitter": "twitter.com",
    "x": "x.com",
    "instagram": "instagram.com",
    "facebook": "facebook.com",
    "tiktok": "tiktok.com",
    "telegram": "t.me",
    "github": "github.com",
    "youtube": "youtube.com",
    "bluesky": "bsky.app",
    "xing": "xing.com",
}
"""Where people have a profile one can write to, by the name senders use."""

_OF_A_PROFILE = ("", "url", "profile", "profileurl", "link", "handle", "username", "name", "account")

FIELD_OF = {name: field for field, names in _NAMES.items() for name in names.split()} | {
    network + suffix: "handle" for network in NETWORKS for suffix in _OF_A_PROFILE
}
"""Our field by what a sender calls it, compared without case and punctuation."""

PREFIXES = re.compile(
    "^(your|my|contact|lead|customer|client|visitor|visitors|user|person|prospect|attendee|invitee|formfields?|input|"
    "field|primary|hidden)(?=.)"
)
"""What may stand before such a name: `your-email`, `contact_phone`."""

_ANY = re.compile("")
SOUNDS_LIKE: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("email", re.compile(r"\be ?mail\b"), re.compile("@")),
    ("phone", re.compile(r"\b(phone|mobile|telephone|whatsapp|cell)\b"), re.compile(r"(\d\D*){6}")),
    ("handle", re.compile(r"\b(linkedin|instagram|twitter|tiktok)\b"), re.compile("^@|/")),
    ("consent", re.compile(r"\b(consent|gdpr|opt in|i agree)\b"), _ANY),
    ("first_name", re.compile(r"\b(first|given) name\b"), _ANY),
    ("last_name", re.compile(r"\b(last|family) name\b|\bsurname\b"), _ANY),
    ("company", re.compile(r"\b(company|organi[sz]ation)( name)?$|^(which|what) company\b"), _ANY),
    ("name", re.compile(r"\b(full|your) name\b"), _ANY),
    ("title", re.compile(r"\bjob (title|role)\b"), _ANY),
    ("message", re.compile(r"\b(message|comments?)\b|\bhow can we help\b|\btell us\b"), _ANY),
    ("country", re.compile(r"\bcountry\b"), _ANY),
    ("external_id", re.compile("^id$"), _ANY),
)
"""Our field, what a question sounds like, and what its answer must look like: for forms that ask in sentences."""

OTHERS = _words(
    """owner hubspotowner organizer organiser host rep salesrep agent assignee assignedto createdby updatedby
    modifiedby sender recipient recipients to cc bcc tofull ccfull bccfull headers versions definition"""
)
"""Groups that describe somebody or something else than the lead."""

OTHERS_FIELD = re.compile(
    r"\b(owner|rep|agent|organi[sz]er|host|assignee|assigned|recipient|sender|cc|bcc|reply to)\b"
)

THINGS = _words(
    """form campaign page product resource asset list event source site website app company organization organisation
    account business utm location workspace integration"""
)
"""What has a name of its own: `company.name` is no person's."""

WRAPPERS = _words("data payload fields answers responses values formresponse submission properties body")
"""Groups that only wrap a lead."""

BATCHES = _words(
    """leads contacts people persons prospects entries submissions records results events items rows data payload
    responses entry changes"""
)
"""What an array of leads is called."""

YES = _words("true yes y 1 on ja si oui checked")

NO = _words("false no n 0 off none never denied declined refused nein non unchecked optout optedout")

TECHNICAL = re.compile(
    r"(id|token|signature|timestamp|createdate|createdat|updatedat|submittedat|useragent|ipaddress|nonce|captcha\w*)$"
    r"|^(hs|recaptcha|gform|wpcf7|token)"
)
"""Names of what tools send along on their own account, no answers of a person."""

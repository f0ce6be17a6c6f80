"""What mail systems say in English about who is written to, and about the way there, by reason."""

from __future__ import annotations

from mailer.bounces.reason import Reason

PHRASES: dict[Reason, str] = {
    Reason.MAILBOX_FULL: """
        exceeded … limit … mailbox | account … exceeded … limit | account … exceeded … quota |
        mailbox … exceeded | mailbox … exceeds | too much mail stored | no space … mailbox |
        account is currently over | account is full | allocated storage | box is full | boxfull |
        disk quota | exceeded email storage | exceeded its … storage | exceeded maximum inbox |
        exceeded the … storage | exceeded their … storage | exceeds allotted | full mailbox |
        hard quota | inbox is full | inbox is too full | insufficient quota |
        insufficient space … mailbox | insufficient user | low space … mailbox | mail box full |
        mailbox exceed | mailbox has exceeded | mailbox has too many | mailbox is over |
        mailbox limit | mailbox quota | mailbox size exceed | mailbox size limit |
        mailbox too full | mailbox … out of space | maildir delivery failed … quota | maildir full |
        maildir over | mailfile is full | mailfull | no space left … user |
        no storage available for | not enough quota | not enough space in |
        not enough space … mailbox | not enough storage space | not enough storage … mailbox |
        not enough storage … user | out of quota | out of storage space | over quota | overquota |
        quota exceed | quota full | quota has been | quota is full | quota limit | quota reached |
        quota usage | quota violation | quota would be | quotaexceeded | reached … quota |
        recipient exceeded | recipient has exceeded | recipient reached … disk |
        recipient storage full | soft quota | storage allocation | storage exceed | storage limit |
        storage quota | storageexception quota | storequota | too many messages in the mailbox |
        too many messages on this mailbox | too many messages … mailbox | user has exceeded |
        user has run out | user has too many messages | would be over the allowed quota |
        would exceed mailbox | mailbox … is full | mailbox … full | inbox … full |
        quota … exceeded | exceeds … quota | exceeded … quota | exceeding … quota | exceed … quota |
        exceeds … storage | exceeded … storage | user … quota | recipient … quota | account … full |
        would exceed … quota | maildir … quota | recipient … mailbox full
    """,
    Reason.HOST_FULL: """
        disk full | disk is full | file system full | file system is full | filesystem full |
        filesystem is full | insufficient disk | insufficient storage |
        insufficient system resources | insufficient system storage | mail system full |
        no space left | not enough disk | out of disk | queue file write error
    """,
    Reason.MAILBOX_MOVED: """
        has been replaced by | address … replaced | user has moved | has a new address |
        new address is | account has been moved | account has moved | address changed |
        address has been changed | address has changed | mailbox has been moved |
        mailbox has moved | mailbox moved | please forward to | recipient has moved |
        user not local please try
    """,
    Reason.MAILBOX_DISABLED: """
        archived recipient | mailbox … archived | mailbox … frozen | account … frozen |
        temporary locked | temporarily locked | account closed | account has expired |
        account is disabled | account is inactive | account is locked | account is not active |
        account is suspended | address is disabled | address is inactive | address … suspended |
        deactivated | disabled account | disabled due to inactivity | disabled mailbox |
        disabled or discontinued | disabled user | domain disabled | domain expired |
        domain has expired | domain is disabled | domain is suspended | extended inactivity |
        hosting … suspended | inactive account | inactive email | inactive mailbox |
        inactive recipient | inactive user | is currently suspended | mailbox closed |
        mailbox currently disabled | mailbox currently suspended | mailbox currently unavailable |
        mailbox is blocked | mailbox is currently disabled | mailbox is disabled |
        mailbox is frozen | mailbox is inactive | mailbox is locked | mailbox is temporarily |
        mailbox temporarily | not accepting any mail | not accepting mail | not accepting messages |
        not currently accepting | recipient address … disabled | recipient address … inactive |
        recipient … is locked | temporarily disabled | user has been suspended | user is disabled |
        user is inactive | user is suspended | user unknown or disabled | vacation with no mail |
        mailbox … disabled | mailbox … suspended | mailbox … inactive | mailbox … deactivated |
        mailbox … locked | mailbox … expired | account … disabled | account … inactive |
        account … suspended | account … expired | account … locked | account … deactivated |
        account … overdue | account … not active | account … blocked | user … disabled |
        user … inactive | user … not active | user … suspended | user … locked |
        recipient … disabled | recipient … suspended | recipient … inactive |
        recipient … deactivated | recipient … not active | recipient … locked | domain … suspended
    """,
    Reason.USER_UNKNOWN: """
        isnt a valid | is not a valid | user id … not found | recipient address does not |
        not a valid recipient | check if address is correct |
        and other recipients in the same domain | account canceled | account cancelled |
        account closed | account deleted | account doesnt | account has been terminated |
        account invalid | account is invalid | account not known | account not valid |
        account removed | account terminated | account unknown | address doesnt | address invalid |
        address is incorrect | address is invalid | address is not valid | address is unknown |
        address no longer | address not known | address not listed | address not present |
        address not valid | address removed | address unknown | address verification failed |
        addressee not | addressee unknown | alias invalid | all recipients address rejected |
        all recipients are invalid | bad address | bad destination e mail | bad destination email |
        bad destination mailbox | bad mailbox | bad rcpt | bad recipient | bad user |
        cannot be found | cannot find recipient | cannot find user | cannot verify recipient |
        cant be found | cant create output … unknown | cant verify recipient |
        check the address for | closed account | could not be found | couldnt be found |
        dd this user | deleted account | deleted mailbox | deleted user |
        delivery error dd … no such | destination … not a valid | didnt exist |
        does not have a … account | doesnt exist | doesnt have a yahoo | doesnt have a … account |
        doesnt have an account | dont exist | dosnt exist | double checking the recipients |
        email address … was not found | havent an account | illegal alias | illegal recipient |
        illegal user | incorrect address | invalid account | invalid address | invalid alias |
        invalid destination | invalid e mail | invalid email | invalid final delivery userid |
        invalid local | invalid mailbox | invalid or non | invalid or unknown | invalid rcpt |
        invalid recipient | invalid user | ldap … not found | left our company | left the company |
        left the organisation | left the organization | left this company | local address not |
        local delivery failed user | local part … not | mail box does not | mail box not found |
        mailbox deleted | mailbox doesnt | mailbox has been deleted | mailbox has been removed |
        mailbox invalid | mailbox is invalid | mailbox name is | mailbox name not allowed |
        mailbox not available | mailbox not known | mailbox not local | mailbox removed |
        mailbox unavailable | misspelled | mistyped | name not found | name not recognised |
        name not recognized | no account | no inbox | no local mailbox | no longer a valid |
        no longer accepting | no longer accepts mail | no longer active | no longer available |
        no longer being used | no longer employed | no longer exist | no longer in service |
        no longer in use | no longer listed | no longer maintained | no longer on our |
        no longer on server | no longer on this | no longer registered | no longer subscribe |
        no longer valid | no longer with | no longer works | no mail box | no mailbox |
        no matches to nameserver query … user | no one by that | no such account | no such address |
        no such alias | no such customer | no such e mail | no such email | no such id |
        no such inbox | no such list | no such local user | no such login | no such mailbox |
        no such name | no such person | no such recipient | no such virtual |
        no thank you rejected account unavailable | no user | no valid mailbox |
        no valid recipient | non existant | non existent | nonexistant | nonexistent |
        not a known user | not a mailbox | not a recognised | not a recognized | not a user |
        not a valid account | not a valid address | not a valid alias | not a valid e mail |
        not a valid email | not a valid inbox | not a valid local | not a valid mail |
        not a valid user | not able to deliver to … mailbox does not | not an active |
        not an existing | not exist | not found here | not found in … address book |
        not found on … server | not have a mailbox | not have a … account | not have an account |
        not have an e mail | not have an email | not in directory | not in our database |
        not in our directory | not in our user | not in the directory | not known at this site |
        not known here | not known to | not listed in domino | not listed in public name |
        not our customer | not our user | not present on | not valid here | rcpt to … not found |
        recipient address has null mx | recipient address rejected access denied |
        recipient address rejected undeliverable | recipient address rejected unverified |
        recipient address rejected user | recipient address rejected … invalid |
        recipient address rejected … no such | recipient address rejected … not found |
        recipient address rejected … not in relay | recipient address rejected … unknown |
        recipient addresses unknown | recipient cannot be verified |
        recipient could not be verified | recipient deleted | recipient doesnt | recipient invalid |
        recipient is invalid | recipient is not listed | recipient is not valid |
        recipient is unknown | recipient name is not recognised | recipient name is not recognized |
        recipient not known | recipient not listed | recipient notfound |
        recipient rejected unknown | recipient removed | recipient undeliverable |
        recipient unknown | recipient verification failed | recipient verify failed |
        recipient was not found | recipients unknown | recipnotfound* | resolver adr |
        there is no one | there is no such | theres no one | this user doesnt have |
        unable to deliver to … user | unable to find recipient | unable to validate recipient |
        unable to verify recipient | unable to verify user | undefined mailbox | undefined user |
        undeliverable address | undeliverable mailbox | unexisting | unknown account |
        unknown address | unknown destination address | unknown e mail | unknown email |
        unknown local | unknown mailbox | unknown or illegal | unknown or invalid | unknown rcpt |
        unknown recipient | unknown to address | unknown user | unknown virtual |
        unroutable address | unrouteable address | unrouteable recipient | unverified address |
        user deleted | user invalid | user is unknown | user not known | user reject |
        user removed | user terminated | user unknown | userunknown* | was not found at |
        wasnt found | wrong address | wrong email | wrong recipient | wrong user |
        user … not found | user … not exist | user … doesnt exist | user … doesnt have |
        user … no longer | mailbox … not found | mailbox … not exist | mailbox … doesnt exist |
        mailbox … not valid | mailbox … no longer | mailbox … unknown | account … not found |
        account … not exist | account … doesnt exist | account … not available |
        account … been removed | account … been deleted | account … been closed |
        recipient … not found | recipient … not valid | recipient … no longer |
        recipient … not recognized | recipient … not recognised | recipient … not exist |
        recipient … does not exist | recipient address … not exist | address … not found |
        address … not exist | address … doesnt exist | address … not recognised |
        address … not recognized | address … could not be found | address … couldnt be found |
        address … cannot be found | no such … user | no such … here | not listed in … directory |
        not found in … directory | alias … not found | addressee … not found
    """,
    Reason.HOST_UNKNOWN: """
        invalid domain | bad destination host | bad destination system | cannot find … domain |
        cannot resolve … domain | cannot route to host | cant find … domain |
        could not resolve domain | could not resolve host | couldnt find a mail exchanger |
        couldnt find any host | dns domain … does not | domain couldnt be found |
        domain has no mail | domain is unknown | domain name is not | domain name not found |
        domain unknown | domain … has no | host name is unknown | host not known | host unknown |
        illegal host | mx record … not | mx records … not | name or service not known |
        name service error | no mail exchanger | no mail hosts | no mx | no relevant answers |
        no such domain | no such host | non existent domain | non existent hosts |
        nonexistent domain | nxdomain | unable to resolve … domain | unknown domain | unknown host |
        unknown mail domain | unroutable domain | unroutable mail domain | unrouteable domain |
        unrouteable mail domain | host … not found | host … does not exist | domain … not found |
        domain … not exist | domain … doesnt exist | domain … could not be found
    """,
    Reason.NO_MAIL_HOST: """
        mail server rejects all email | rejects all mail | no mail is accepted here |
        accepts no mail | does not accept any mail | does not accept e mail |
        does not accept email | does not accept mail | doesnt accept mail | domain does not accept |
        domain … not accept mail | host does not receive mail | mail receiving disabled |
        not receive any mail | null mx | nullmx
    """,
    Reason.RECIPIENT_REFUSED: """
        rejected by a remote mail server | not a registered | mail is rejected by |
        refused due to recipient preferences | access denied | address rejected | allowed to post |
        allowlist | auth required … group | because the recipient is not accepting |
        blocked by recipient | delivery restrict | mailbox rejects | members only | moderated |
        moderation | not accept mail | not accept messages | not authorised to send to |
        not authorized to send to | recipient blocked | recipient denied |
        recipient does not accept | recipient not accepted | recipient not allowed |
        recipient not authorized | recipient only accepts | recipient refused | recipient rejected |
        recipient … not accept | recipient … refuses | refused by recipient | refused to accept |
        rejected by recipient | rejected by the recipient | rejected by the user |
        rejected by user | rejected recipient | resolver rst | restricted address | user refuse |
        white list | whitelist
    """,
    Reason.EXPIRED: """
        could not deliver for the last | failing for a long time | envelope expired |
        delivery failed … attempts | unable to deliver … attempts | not delivered … days |
        queue expired | message expired | retry timeout exceeded | delivery time expired |
        delivery expired | attempts exceeded | been in the queue | cannot send message for |
        could not be delivered within | could not send … for … days | delivery not possible within |
        delivery timed out | delivery timeout | gave up | in queue too | mail … expired |
        max retry | maximum retry | message timed out | queue timeout | queue too long |
        retry limit | retry time not reached | time out of queue | too many attempts |
        unable to deliver … for … days | undeliverable for | undelivered for
    """,
    Reason.UNREACHABLE: """
        not reachable | no answer from host | not accept our request | bad connection |
        bad dns answer | broken pipe | cannot be contacted | cannot be reached | cannot connect |
        cannot establish | cannot reach | cant connect | connection closed | connection dropped |
        connection error | connection failed | connection failure | connection lost |
        connection refused | connection reset | connection terminated | connection time out |
        connection timeout | connection was dropped | connection was refused |
        could not be reached | could not connect | could not contact | couldnt be reached |
        couldnt connect | couldnt establish | did not respond | didnt respond | dns error |
        dns failure | dns query | dns temporar | failed to connect | failed to establish |
        host down | host is down | i o error | lost connection | mx host | network error |
        network problem | no route to host | not responding | problem connecting |
        remote host closed | routing failure | smtp connect | smtp session … cut | socket error |
        temporarily unable to resolve | temporary lookup failure | timed out | transport endpoint |
        unable to connect | unable to contact | unable to reach | unreachable |
        wasnt able to establish an smtp
    """,
    Reason.HOST_ERROR: """
        pipe to | alias … loop | cannot append | cannot open | cant open | child crashed |
        child process | command died | command failed | command line usage | command output |
        command time limit | config error | configuration error | configuration problem |
        data format error | died with | error in processing | exit status | file too large |
        internal error | internal resource | internal software error | local configuration |
        maildrop | mailer error | misconfig | over load | overloaded | permission denied |
        processing error | procmail | server busy | server configuration | server error |
        server is busy | server is too busy | server not available | server overload |
        server temporarily | server unavailable | service currently | service not available |
        service temporarily | service unavailable | store driver | storedrv | system configuration |
        system error | system not accepting | system problem | system unavailable |
        temporarily deferred | temporarily rejected | temporarily unable | temporarily unavailable |
        temporary authentication | temporary failure | temporary local | temporary problem |
        temporary server | temporary system | timeout waiting | try again | unable to write
    """,
    Reason.PROTOCOL: """
        malformed address | bad command | bad sequence | command not recognised |
        command not recognized | command parameter | command rejected | command unrecognised |
        command unrecognized | error in arguments | improper command | invalid command | need mail |
        need rcpt | nested mail command | no valid rcpt | not implemented | out of sequence |
        protocol violation | send hello first | syntactically invalid | syntax error |
        unimplemented | unknown command | unrecognised command | unrecognized command
    """,
}

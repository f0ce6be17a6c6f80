"""What mail systems say in English about who writes and what was written, by reason."""

from __future__ import annotations

from mailer.bounces.reason import Reason

PHRASES: dict[Reason, str] = {
    Reason.LOOP: """
        delivery loop | forwarding loop | hop count exceeded | hopcount | infinite loop |
        loop detected | loops back to | mail is looping | mail loop | maximum hop | routed back to |
        routing loop | too many hops | too many received headers | too many received lines
    """,
    Reason.GREYLISTED: """
        come back later | deferred for … seconds | first encounter | gray listed | gray listing |
        graylist* | grey listed | grey listing | greylist* | please try again in … seconds |
        postgrey | retry in … seconds | sqlgrey
    """,
    Reason.VIRUS: """
        malicious attachment | malicious content | malicious url | malware | suspicious attachment |
        trojan | virus | worm detected
    """,
    Reason.AUTHENTICATION: """
        antispoof | authentication checks | authentication information … missing |
        authentication results | dkim | dmarc | domain authentication | domainkeys | due to spf |
        email authentication | fail spf | failed spf | fails spf | forged mail from |
        forged sender | impersonat* | invalid spf | ip not authorized … sender domain |
        is not authenticated | is unauthenticated | message authentication | neutral spf |
        not a permitted sender | not allowed to send from | not allowed to send mail for |
        not allowed to send mail from | not an authorized relay |
        not an authorized sender … for the domain | not authenticated with |
        not authorised to send mail from this domain |
        not authorized to send mail from this domain | not authorized to use the domain |
        not designate … permitted sender | not pass authentication |
        not permitted to send mail for | not permitted to send mail from | openspf |
        sender authentication | sender domain alignment | sender forged | sender id fail |
        sender id mfrom | sender id pra | sender policy framework | spf check | spf fail |
        spf hard | spf incorrect | spf lookup | spf mismatch | spf permerror | spf policy |
        spf record | spf softfail | spf temperror | spf unauthorised | spf unauthorized |
        spf validation | spoofing | unauthenticated email | unauthenticated mail |
        unauthenticated message
    """,
    Reason.SENDER_REFUSED: """
        bad sender | black listed sender | blacklisted sender | denied sender |
        domain does not exist … mail from | domain not found … mail from | domain of sender |
        email from your domain | envelope from … blocked | envelope from … not |
        envelope from … rejected | envelope sender | from address … does not exist |
        from address … not valid | from address … rejected | illegal sender |
        invalid domain … mail from | invalid envelope from | invalid return path | invalid sender |
        mail from address … not | mail from address … violates | mail from this domain |
        mail from this sender | mail from this user | mail from … not allowed |
        mail from … not exist | message without sender | messages from this user |
        no mail accepted from | not a valid sender | not accept email from | not accept mail from |
        not accept messages from | not accepting email from | not accepting mail from |
        not accepting messages from | not authorized to send to this | not receive mail from |
        null envelope | null sender | refuse mail from | refused mail from | refused sender |
        refuses mail from | reject mail from | reject sender | rejected by sender |
        rejected sender | rejects mail from | return path … does not exist |
        sender address has been | sender address is not | sender address must | sender address not |
        sender address unknown | sender address verification | sender blocked | sender callout |
        sender denied | sender domain has | sender domain is empty | sender domain must |
        sender domain not | sender hostname | sender is blocked | sender is denied |
        sender is invalid | sender is not authorized | sender is unknown | sender not accepted |
        sender not allowed | sender not authorised | sender not authorized | sender not exist |
        sender not permitted | sender refused | sender rejected | sender unknown |
        sender verification | sender verify | sender … is in black list | sender … is on blacklist |
        unknown sender | unresolvable sender | unroutable sender | unrouteable sender |
        verification failed for … sender | verify sender | verifying sender |
        you are not authorised to send | you are not authorized to send |
        you are not permitted to send | sender address … does not exist | sender address … blocked |
        sender address … not valid | sender address … refused | sender address … denied |
        sender address … rejected | sender … not verified | sender domain … does not exist |
        sender domain … not found | sender domain … rejected | sender domain … blocked |
        sender domain … not resolve | mail from … rejected | mail from … denied |
        mail from … refused
    """,
    Reason.RELAYING_DENIED: """
        attempt to relay | authenticated relay | cannot relay | cant relay | domain isnt in |
        domain … not handled here | dont relay | insecure mail relay | isnt in my list of allowed |
        isnt in our list of allowed | no relay | not a gateway | not in list of allowed rcpthosts |
        not in my list of allowed rcpthosts | not responsible for … domain | open relay |
        relay access denied | relay access refused | relay attempt | relay denied |
        relay disallowed | relay is denied | relay is not | relay mail denied | relay not allowed |
        relay not authorized | relay not permitted | relay operation rejected | relay prohibited |
        relay refused | relaying denied | relaying disallowed | relaying not | relaying prohibited |
        this mail server requires authentication when … outside | to be relayed | unable to relay |
        we do not handle mail for | will not relay
    """,
    Reason.LOGIN_REQUIRED: """
        smtp authentication | authenticate to | authentication credentials | authentication failed |
        authentication failure | authentication is required | authentication required |
        authentication unsuccessful | cannot start tls | certificate verif |
        client not authenticated | client was not authenticated | encryption needed |
        encryption required | encryption too weak | insecure connection | invalid credentials |
        mta sts | must authenticate | must be authenticated | must be encrypted | must first log |
        must login | must use tls | not logged in | pop before smtp | pop3 before |
        require authentication | require tls | requires authentication | requires encryption |
        requires tls | server unable to authenticate | starttls | tls handshake |
        tls is not available | tls is required | tls negotiation | tls not available | tls required
    """,
    Reason.BLOCKLISTED: """
        invalid ip for sending | network not allowed | ip … not authorized | traffic not accepted |
        not accepted from this ip | unregistered domain | is listed | are listed | was listed |
        currently listed | ip … listed | host … listed by | found on | abuse complaints | abuseat |
        access from ip | backscatterer | bad dns | bad helo | barracudacentral | been blocked |
        black list | blacklist* | block list | blocked because | blocked by | blocked due |
        blocked from | blocked ip | blocked list | blocked recipient … ip | blocked until |
        blocked using | blocklist* | bogus helo | bulk mailer | cannot find your reverse | cbl |
        client ip | cloudmark | connect from … denied | connecting host | connecting ip |
        connection dropped due | connection is not allowed | connection not allowed |
        connection not authorized | connection refused … administrat |
        connections … will not be accepted | country … not allowed | currently blocked | delist |
        deny list | denylist | dial up | dialup | dns ptr | dnsbl | dynamic address |
        dynamic hosts | dynamic ip | dynamic or residential | dynamic residential |
        ehlo command rejected | ehlo rejected | email blocked | fix reverse | forged hostname |
        fqdn | fully qualified | generic ptr | go away | helo address | helo command rejected |
        helo hostname | helo name | helo rejected | helo … invalid | host name … does not match |
        hostname does not match | hostname mismatch | invalid ehlo | invalid helo | invaluement |
        ip address lookup failed | ip denied | ip name lookup failed | ip name possibly forged |
        ip not allowed | ip refused | ip … forbidden | ip … is not allowed | is blocked | ivmsip |
        mail server address | mail server at … not | mail server … has a poor |
        mail server … has been | mail server … is not allowed | mail server … rejected | mailspike |
        may be forged | messages from … temporarily deferred | missing ptr | njabl |
        no access from mail server | no permission to connect | no ptr | not accept any mail from |
        not accepting connections from | not allowed to connect | pbl | permanently blocked |
        postmaster outlook | psbl | ptr check | ptr dns | ptr entry | ptr lookup | ptr match |
        ptr record | rbl | rdns | rejected by spam list | remote ip | reputation | residential ip |
        reverse address | reverse dns | reverse host | reverse lookup | reverse mapping |
        reverse ptr | sbl | sender base | sender ip | sender score | senderbase | senders ip |
        senderscore | sending ip | sending mta | sending server | server ip |
        service refused … host | service unavailable … client host | sorbs | source ip | spamcop |
        spamhaus | surbl | temporarily blocked | ubl unsubscribe | unblock | unresolvable host |
        unresolvable relay | uribl | user complaints | was blocked | without ptr | xbl |
        you are not welcome | your domain … rejected | your hostname | your ip | your isp |
        your mail server | client host … blocked | client host … rejected | client host … refused |
        client host … denied | ip address … not allowed | ip address … rejected |
        ip address … refused | ip address … denied | ip address … blocked | ip … blocked |
        ip … rejected | connection … rejected | connections … rejected | access from … denied |
        access from … rejected | banned sending | banned ip | banned for | ip … banned |
        host … banned | banned from | been banned | is banned | refused to talk to me
    """,
    Reason.RATE_LIMITED: """
        concurrency limit | concurrent connection | connection frequency | connection limit |
        connection rate | daily limit | daily quota | daily sending | exceeded max number of |
        exceeded the maximum number of | exceeded the rate | exceeded … limit of … messages |
        exceeds the maximum number of | exceeds the rate | frequency limited | hourly limit |
        hourly quota | limit exceeded … connection | mail limit | mail rate | max conn | maxconn |
        maximum connections | maximum number of messages | maximum simultaneous | message limit |
        message quota | message rate | number of connections | number of recipients exceed |
        over rate | rate control | rate exceeded | rate is too | rate limit | rate that |
        ratelimit | received too many | receiving email at a rate | receiving mail at a rate |
        receiving rate | sending limit | sending quota | sending rate | slow down | slowdown |
        suspicious activity | throttl* | too frequent | too many bad | too many concurrent |
        too many connections | too many different | too many e mails | too many emails |
        too many errors | too many failed | too many failures | too many from your |
        too many invalid | too many mail | too many messages | too many rcpt | too many recip |
        too many requests | too many sessions | too many simultaneous | too many smtp |
        too many transactions | too many unknown | too much load | too much mail | too quickly |
        try to send … slower | unexpected volume | unusual rate | unusual sending | unusual volume |
        volume limit | connections … exceeded | number of messages … exceed
    """,
    Reason.TOO_LARGE: """
        attachment size | email size | exceeded the size | exceeds maximum message | exceeds size |
        exceeds the size | header size | larger than the current | line length | mail size |
        max size | maximum message length | maximum size | message data too | message exceeded max |
        message exceeds fixed | message exceeds maximum | message is larger | message larger than |
        message length exceeds | message size | message was too | rcptsizelimit | recvsizelimit |
        sendsizelimit | size exceed | size fixed maximum | size larger | size limit |
        size of message | size of the message | size of this message | size of your message |
        size violates | too big | too large | message exceeds … size | exceeds maximum … size |
        exceeds the maximum … size | larger than … limit | larger than … allowed |
        attachments … too large | mail … too large | message … too large
    """,
    Reason.SPAM: """
        bad content | banned content | banned word | black listed url | blacklisted uri |
        blacklisted url | bulk email | bulk mail | considered bulk | content blocked |
        content deemed | content denied | content filter | content is rejected | content judged |
        content not accepted | content not allowed | content refused | content related |
        content restrict | content scan | content unacceptable | dnsbl content | email filtered |
        filtered by | forbidden word | junk e mail | junk email | junk mail | mail filtered |
        message classified | message contains … blocked | message filtered |
        message rejected due to content | message scored | messagelabs has … identified |
        objectionable | pornograph* | rejected by cloudmark | rejected by … scan | rspamd | spam |
        unsolicited | unwanted content | unwanted email | unwanted mail | unwanted message |
        url … blacklist | url … listed | viagra | content … rejected | rejected by … filter
    """,
    Reason.CONTENT: """
        message content rejected | banned file | banned name | file … type … block |
        attachment type | attachment … prohibited | attachment … unacceptable | bare carriage |
        bare cr | bare lf | bare line feed | bare linefeed | bare newline | cannot be converted |
        character set | conversion required | conversion … not supported | could not be decoded |
        duplicate header | duplicate message | encrypted zip | file extension | filename extension |
        filetype | header field | header … malformed | header … syntax | headers are not |
        improper mime | improper use of 8 bit | invalid attachment | invalid character |
        invalid content | invalid encoding | invalid header | invalid message id | invalid mime |
        line feeds | line longer | lines longer | message could not be parsed |
        message id … already | message partial | mime error | mime syntax | missing date |
        missing header | missing message id | missing required header | missing subject |
        multiple … headers | non printable | not rfc | nul byte | nul character | partial message |
        password protected | rfc 5322 | rfc 6532 | rfc compliant | rfc standards | rfc violation |
        rfc5322 | smtputf8 | too many attachments | unacceptable mime | without a subject |
        without subject | attachment … not allowed | attachment … blocked | attachment … rejected |
        attachments … not allowed | attachments … rejected
    """,
    Reason.POLICY: """
        acceptable use | access control | administrative prohibition | administratively |
        blocked by rule | delivery not authorised | delivery not authorized |
        email has been blocked | email not accepted | email rejected | internal use only |
        local restriction | local rule | mail has been rejected | mail not accepted | mail refused |
        mail rejected | message blocked | message denied | message has been blocked |
        message has been rejected | message not accepted | message rejected | message was blocked |
        message was rejected | messages rejected | not comply | policies | policy | prohibited |
        prohibits | quarantin* | restricted content | rule imposed | security reason |
        security restrict | security rule | security settings | transport rule | violated |
        violates | violation
    """,
}
